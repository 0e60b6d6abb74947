package io.holdfast.checker.input;

import java.util.Optional;

/** The file formats. */
public enum Format {
  /** Holdfast's own: one JSON object a line. */
  JSON_LINES("jsonl", "one JSON object a line"),
  /** Jepsen's operation maps in EDN, in a vector or one after another. */
  EDN("edn", "Jepsen's operation maps in EDN"),
  /** The lines that Jepsen's {@code jepsen.util} logs. */
  JEPSEN_LOG("jepsen-log", "log lines of jepsen.util"),
  /** Porcupine's logs of a key-value store: EDN maps with a key, one a line. */
  KV_LOG("kv-log", "EDN maps with :key, one a line");

  private final String title;
  private final String explanation;

  Format(String title, String explanation) {
    this.title = title;
    this.explanation = explanation;
  }

  /** Its name on the command line. */
  public String title() {
    return title;
  }

  /** What such a file holds. */
  public String explanation() {
    return explanation;
  }

  /** The format of this name. */
  public static Optional<Format> named(String name) {
    for (Format format : values()) {
      if (format.title.equals(name)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
