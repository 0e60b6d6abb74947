package io.holdfast.server.transport;

import io.holdfast.raft.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A peer in a process of its own that echoes pings until its standard input ends. Arguments: id,
 * port, directory of its TLS stores or "-", then id=port of each other peer.
 */
final class EchoProcess {
  static final String READY = "READY ";

  private EchoProcess() {}

  public static void main(String[] args) throws IOException {
    UnaryOperator<TransportSettings> change =
        args[2].equals("-")
            ? UnaryOperator.identity()
            : settings -> settings.withTls(TestCertificates.at(Path.of(args[2]), "peer"));
    try (TestPeer peer =
        TestPeer.start(Integer.parseInt(args[0]), Integer.parseInt(args[1]), change)) {
      peer.echo();
      List<Member> others = new ArrayList<>();
      for (String other : List.of(args).subList(3, args.length)) {
        String[] idAndPort = other.split("=", 2);
        others.add(TestPeer.member(Integer.parseInt(idAndPort[0]), Integer.parseInt(idAndPort[1])));
      }
      peer.transport.connect(others);
      System.out.println(READY + peer.transport.port());
      while (System.in.read() >= 0) {
        // The parent lives.
      }
    }
  }
}
