package io.holdfast.checker.input;

import io.holdfast.checker.history.History;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a history from a file, guessing the format when it is not told. */
public final class HistoryReader {
  private static final int SNIFFED_BYTES = 4096;
  private static final int BUFFER_BYTES = 1 << 16;

  private HistoryReader() {}

  /**
   * A history and the format it was in.
   *
   * @param history the history
   * @param format told or guessed
   */
  public record Reading(History history, Format format) {}

  /**
   * Reads the file.
   *
   * @param format its format; empty to guess it from the beginning of the file
   * @throws InputException when the file cannot be read or is no history
   */
  public static Reading read(Path file, Optional<Format> format) {
    String name = file.toString();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      in.mark(SNIFFED_BYTES);
      byte[] start = in.readNBytes(SNIFFED_BYTES);
      in.reset();
      rejectNonText(name, start);
      Format known = format.isPresent() ? format.get() : guess(name, start);
      History history = read(name, in, known);
      if (history.size() == 0) {
        throw new InputException(
            name,
            0,
            0,
            "no operations; expected " + known.explanation() + " (" + known.title() + ")");
      }
      return new Reading(history, known);
    } catch (NoSuchFileException e) {
      throw new InputException(name, 0, 0, "no such file");
    } catch (CharacterCodingException e) {
      throw new InputException(name, 0, 0, "bytes that are no UTF-8; expected a text file");
    } catch (IOException e) {
      throw new InputException(name, 0, 0, "cannot be read: " + e.getMessage());
    }
  }

  private static History read(String name, InputStream in, Format format) throws IOException {
    return switch (format) {
      case JSON_LINES -> new JsonLinesReader(name).read(in);
      case EDN, KV_LOG -> new EdnReader(name).read(new BufferedReader(text(in)));
      case JEPSEN_LOG -> new JepsenLogReader(name).read(new BufferedReader(text(in)));
    };
  }

  private static Reader text(InputStream in) {
    return new InputStreamReader(
        in,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  private static void rejectNonText(String name, byte[] start) {
    if (start.length == 0) {
      throw new InputException(name, 0, 0, "the file is empty; expected a history");
    }
    int line = 1;
    int column = 0;
    for (byte one : start) {
      column++;
      if (one == '\n') {
        line++;
        column = 0;
      }
      boolean control = one >= 0 && one < ' ' && !Character.isWhitespace(one);
      if (control) {
        throw new InputException(
            name,
            line,
            column,
            "a byte of value " + one + ", as binary files have; expected a text file");
      }
    }
  }

  private static Format guess(String name, byte[] start) {
    String text = new String(start, StandardCharsets.UTF_8);
    String code = text.replaceAll("(?m)^\\s*;.*$", "").strip();
    if (code.isEmpty()) {
      throw new InputException(name, 0, 0, "nothing but space; expected a history");
    }
    if (text.contains("jepsen.util")) {
      return Format.JEPSEN_LOG;
    }
    if (code.matches("(?s)\\{\\s*\".*") || code.matches("(?s)\\{\\s*\\}.*")) {
      return Format.JSON_LINES;
    }
    if (code.matches("(?s)\\{\\s*:.*")) {
      return code.lines().findFirst().orElse("").contains(":key ") ? Format.KV_LOG : Format.EDN;
    }
    if (code.startsWith("[") || code.startsWith("(") || code.startsWith("#")) {
      return Format.EDN;
    }
    throw new InputException(
        name,
        1,
        1,
        "no known format; expected JSON objects, EDN maps or log lines of jepsen.util, or tell the"
            + " format");
  }
}
