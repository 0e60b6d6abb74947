package io.holdfast.checker.input;

/** A file that is no history: names the file, the line, the column and what was expected. */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param file the file's name
   * @param line its line, from 1; 0 when no single line is to blame
   * @param column its column, from 1; 0 when only the line is known
   * @param problem what was found and what was expected
   */
  public InputException(String file, long line, long column, String problem) {
    super(
        file
            + (line > 0 ? ":" + line : "")
            + (line > 0 && column > 0 ? ":" + column : "")
            + ": "
            + problem);
  }
}
