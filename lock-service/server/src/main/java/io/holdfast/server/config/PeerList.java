package io.holdfast.server.config;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The peers of a cluster as {@code cluster.peers} names them: {@code id=host:peerPort:clientPort},
 * separated by commas.
 *
 * @param byId never empty
 */
public record PeerList(SortedMap<Integer, PeerAddress> byId) {
  /** Raft gains nothing from more: each commit would wait for a larger majority. */
  static final int PEERS_MAX = 31;

  private static final int PEER_ID_MAX = 65_534;
  private static final int PORT_MAX = 65_535;

  static final String EXPECTED =
      "id=host:peerPort:clientPort for each of 1 to "
          + PEERS_MAX
          + " peers, separated by commas, such as 1=10.0.0.1:7800:7070,2=10.0.0.2:7800:7070";

  public PeerList {
    byId = Collections.unmodifiableSortedMap(new TreeMap<>(byId));
  }

  /**
   * Where one peer is reached.
   *
   * @param host a name, an IPv4 address, or an IPv6 address in brackets
   * @param peerPort where the other peers reach it
   * @param clientPort where clients reach it
   */
  public record PeerAddress(String host, int peerPort, int clientPort) {
    /** The address for the other peers, host:port. */
    public String peerAddress() {
      return host + ":" + peerPort;
    }

    /** The address for clients, host:port. */
    public String clientAddress() {
      return host + ":" + clientPort;
    }
  }

  static PeerList parse(String text) {
    SortedMap<Integer, PeerAddress> peers = new TreeMap<>();
    for (String item : text.split(",", -1)) {
      String entry = item.strip();
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("\"" + entry + "\" has no =");
      }
      int id = number(entry, entry.substring(0, equals).strip(), "peer id", PEER_ID_MAX);
      if (peers.put(id, address(entry, entry.substring(equals + 1).strip())) != null) {
        throw new IllegalArgumentException("peer " + id + " is named twice");
      }
    }
    if (peers.size() > PEERS_MAX) {
      throw new IllegalArgumentException("it names " + peers.size() + " peers");
    }
    refuseSharedAddresses(peers);
    return new PeerList(peers);
  }

  private static PeerAddress address(String entry, String text) {
    int clientColon = text.lastIndexOf(':');
    int peerColon = clientColon < 0 ? -1 : text.lastIndexOf(':', clientColon - 1);
    if (peerColon < 0) {
      throw new IllegalArgumentException("\"" + entry + "\" needs a host and two ports");
    }
    String host = text.substring(0, peerColon);
    if (!ConfigTypes.isHost(host)) {
      throw new IllegalArgumentException(
          "\"" + host + "\" in \"" + entry + "\" is not a host; write IPv6 addresses in brackets");
    }
    int peerPort = number(entry, text.substring(peerColon + 1, clientColon), "peer port", PORT_MAX);
    int clientPort = number(entry, text.substring(clientColon + 1), "client port", PORT_MAX);
    return new PeerAddress(host, peerPort, clientPort);
  }

  private static int number(String entry, String text, String what, int max) {
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for every wrong number.
    }
    throw new IllegalArgumentException(
        String.format("%s \"%s\" in \"%s\" is not within 1 to %d", what, text, entry, max));
  }

  private static void refuseSharedAddresses(SortedMap<Integer, PeerAddress> peers) {
    SortedMap<String, Integer> owners = new TreeMap<>();
    peers.forEach(
        (id, address) -> {
          for (String one : new String[] {address.peerAddress(), address.clientAddress()}) {
            Integer other = owners.put(one, id);
            if (other != null) {
              throw new IllegalArgumentException(
                  "address " + one + " is used twice, by peer " + other + " and peer " + id);
            }
          }
        });
  }

  @Override
  public String toString() {
    return byId.entrySet().stream()
        .map(
            peer ->
                peer.getKey()
                    + "="
                    + peer.getValue().peerAddress()
                    + ":"
                    + peer.getValue().clientPort())
        .collect(Collectors.joining(","));
  }
}
