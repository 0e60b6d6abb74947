package io.holdfast.client.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** The answer to the request to leave HTTP: a status line and headers up to an empty line. */
final class UpgradeResponse {
  private static final int BYTES_MAX = 8 << 10;
  private static final String SWITCHING = "HTTP/1.1 101";

  private final StringBuilder text = new StringBuilder();

  /**
   * Takes bytes up to the end of the headers.
   *
   * @return whether the connection is upgraded; what remains in the buffer is frames
   * @throws IOException if the answer is anything else
   */
  boolean feed(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      text.append((char) (bytes.get() & 0xff));
      if (endsWithEmptyLine()) {
        check();
        return true;
      }
      if (text.length() > BYTES_MAX) {
        throw new IOException("the answer to the upgrade has no end; is this a Holdfast peer?");
      }
    }
    return false;
  }

  private boolean endsWithEmptyLine() {
    int size = text.length();
    return size >= 4
        && text.charAt(size - 1) == '\n'
        && text.charAt(size - 2) == '\r'
        && text.charAt(size - 3) == '\n'
        && text.charAt(size - 4) == '\r';
  }

  private void check() throws IOException {
    String response = text.toString();
    String status = response.substring(0, response.indexOf("\r\n"));
    boolean upgraded =
        status.startsWith(SWITCHING)
            && response.toLowerCase(Locale.ROOT).contains("upgrade: holdfast/1\r\n");
    if (!upgraded) {
      throw new IOException(
          "the peer answered '"
              + status.replaceAll("[^ -~]", "?")
              + "' to the upgrade; is this a Holdfast client port, with or without TLS as set?");
    }
  }
}
