package io.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of docs/ that is written from the code: compared, or written anew on request. */
public final class DocumentedPage {
  private static final String WRITE_PROPERTY = "holdfast.docs.write";

  private DocumentedPage() {}

  /**
   * Fails when the page differs from what the code says. With {@code -Dholdfast.docs.write=true}
   * the page is written first.
   */
  public static void assertCurrent(String name, String expected) {
    Path page = root().resolve("docs").resolve(name);
    try {
      if (Boolean.getBoolean(WRITE_PROPERTY)) {
        Files.writeString(page, expected);
      }
      assertThat(page).exists();
      assertThat(Files.readString(page))
          .as("docs/%s is out of date; write it anew with -D%s=true", name, WRITE_PROPERTY)
          .isEqualTo(expected);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a page of docs/. */
  public static String read(String name) {
    try {
      return Files.readString(root().resolve("docs").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve("docs"))) {
      directory = directory.getParent();
      assertThat(directory).as("a parent directory that holds docs/").isNotNull();
    }
    return directory;
  }
}
