package io.holdfast.server.config;

/** Writes docs/configuration.md from the registry. */
public final class ConfigPage {
  private static final String HEAD =
      """
      # Configuration

      This page is written from the registry of keys in the server; a test keeps it current.

      A peer reads its configuration from four places. What comes first wins:

      1. flags: `--set key=value`, as often as needed
      2. the environment: the key in upper case with `HOLDFAST_` before it and `_` for `.` and `-`, so
         that `raft.heartbeat-millis` is `HOLDFAST_RAFT_HEARTBEAT_MILLIS`
      3. a file: `--config FILE`
      4. the defaults

      A file is UTF-8 text with one `key = value` a line. White space around key and value does not
      count. A line that begins with `#` is a comment. There are no quotes, escapes or continued lines,
      and no key may stand twice.

      ```
      cluster.id    = orders
      cluster.peers = 1=10.0.0.1:7800:7070,2=10.0.0.2:7800:7070,3=10.0.0.3:7800:7070
      peer.id       = 1
      data.dir      = /var/lib/holdfast
      ```

      A peer with a wrong configuration does not start. It names every problem at once, each with where
      it came from, and for an unknown key the nearest one that exists:

      ```
      the configuration has 2 problems:
        peer1.conf line 7: unknown key raft.hartbeat-millis; did you mean raft.heartbeat-millis?
        environment variable HOLDFAST_PEER_ID: peer.id = "one" is not valid: expected a whole number from 1 to 65535
      ```

      The variables %s belong to other commands and are left alone.

      Durations are whole numbers of milliseconds, sizes whole numbers of bytes; the unit is part of the
      name.
      """;

  private ConfigPage() {}

  /** The whole page. */
  public static String write() {
    String foreign =
        ConfigSources.NOT_CONFIGURATION.stream()
            .sorted()
            .map(name -> "`" + name + "`")
            .reduce((a, b) -> a + ", " + b)
            .orElseThrow();
    StringBuilder page = new StringBuilder(HEAD.formatted(foreign));
    String section = "";
    for (ConfigKey<?> key : ConfigKeys.ALL) {
      String own = key.name().substring(0, key.name().indexOf('.'));
      if (!own.equals(section)) {
        section = own;
        page.append("\n## ").append(section).append("\n\n");
        page.append("| key | default | values | meaning |\n|---|---|---|---|\n");
      }
      page.append("| `").append(key.name()).append("` | ").append(defaultCell(key));
      page.append(" | ").append(key.expected()).append(" | ").append(key.description());
      page.append(key.isSecret() ? " Never shown. |\n" : " |\n");
    }
    return page.toString();
  }

  private static String defaultCell(ConfigKey<?> key) {
    return key.defaultText()
        .map(text -> "`" + text + "`")
        .orElse(key.isRequired() ? "**required**" : "unset");
  }
}
