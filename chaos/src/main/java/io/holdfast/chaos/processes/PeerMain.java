package io.holdfast.chaos.processes;

import io.holdfast.raft.PeerId;
import io.holdfast.server.HoldfastServer;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigKeys;
import io.holdfast.server.config.ConfigSources;
import io.holdfast.server.log.Logging;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A peer whose links its parent process can cut. The server of a release has no such door: only
 * this program hands it a filter, and only whoever holds the other end of its standard input can
 * switch that.
 *
 * <p>Each line of standard input is a command, answered by a line of standard output: {@code cut
 * IN;OUT} with peers' numbers separated by commas, {@code lost}. The end of standard input ends the
 * process, so that it cannot outlive the run.
 */
public final class PeerMain {
  private PeerMain() {}

  /**
   * Runs the peer until its input ends.
   *
   * @param args the configuration file
   */
  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    Config config =
        Config.load(new ConfigSources(Optional.of(Path.of(args[0])), Map.of(), List.of()));
    Logging.configure(
        config.get(ConfigKeys.LOG_FORMAT),
        config.get(ConfigKeys.LOG_LEVEL),
        "peer-" + config.get(ConfigKeys.PEER_ID));
    CountingLinkFilter filter = new CountingLinkFilter();
    Thread commands = new Thread(() -> serve(filter, answers), "commands");
    commands.setDaemon(true);
    commands.start();
    HoldfastServer server = HoldfastServer.start(config, filter);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
    System.err.println("peer failed: " + server.failure().get());
    System.exit(1);
  }

  private static void serve(CountingLinkFilter filter, PrintStream answers) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String line = in.readLine();
      while (line != null) {
        answers.println(answer(filter, line));
        answers.flush();
        line = in.readLine();
      }
    } catch (IOException gone) {
      // A broken pipe says what the end of the input says.
    }
    System.exit(0);
  }

  static String answer(CountingLinkFilter filter, String line) {
    if (line.startsWith("cut ")) {
      String[] sides = line.substring("cut ".length()).split(";", -1);
      filter.cuts().cut(peers(sides[0]), peers(sides[1]));
      return "ok";
    }
    return line.equals("lost") ? Long.toString(filter.lost()) : "unknown command";
  }

  private static Set<PeerId> peers(String numbers) {
    return Arrays.stream(numbers.split(",", -1))
        .filter(number -> !number.isEmpty())
        .map(number -> new PeerId(Integer.parseInt(number)))
        .collect(Collectors.toSet());
  }
}
