package io.holdfast.checker.cli;

import io.holdfast.checker.input.Format;
import io.holdfast.checker.verdict.Verdict;
import java.time.Duration;

/**
 * A file and what was found in it, without the history, which may be large.
 *
 * @param file its name as it was given
 * @param format its format
 * @param formatGuessed whether the format was guessed
 * @param operations how many operations it holds
 * @param modelGuessed whether the model was guessed
 * @param reading time that reading took
 * @param verdict the verdict
 */
record Checked(
    String file,
    Format format,
    boolean formatGuessed,
    int operations,
    boolean modelGuessed,
    Duration reading,
    Verdict verdict) {}
