package io.holdfast.client;

/**
 * Where a peer listens.
 *
 * @param host name or address; IPv6 addresses without brackets
 */
record Address(String host, int port) {
  private static final int PORT_MAX = 65_535;

  static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[") && colon > 0 && text.charAt(colon - 1) == ']';
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty() || (!bracketed && host.indexOf(':') >= 0)) {
      throw wrong(text);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port < 1 || port > PORT_MAX) {
        throw wrong(text);
      }
      return new Address(host, port);
    } catch (NumberFormatException notANumber) {
      throw wrong(text);
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "an endpoint must be host:port, with an IPv6 address in brackets; it is '" + text + "'");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
