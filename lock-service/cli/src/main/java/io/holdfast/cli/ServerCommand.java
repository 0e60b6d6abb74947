package io.holdfast.cli;

import io.holdfast.server.HoldfastServer;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.ConfigKeys;
import io.holdfast.server.config.ConfigSources;
import io.holdfast.server.log.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast server}: one peer, in the foreground, until it is told to stop. */
@Command(
    name = "server",
    description = "Run one peer in the foreground until SIGTERM or Ctrl-C.",
    footer = {
      "",
      "Keys and their meaning are in docs/configuration.md. A flag wins over the environment, the",
      "environment over the file.",
      "",
      "Exit codes: 0 stopped as asked, 1 failed, 2 wrong configuration.",
      "",
      "Example:",
      "  holdfast server --config peer-1.properties --set log.format=json"
    })
final class ServerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Lines of 'key = value'. Default: the variable HOLDFAST_CONFIG, else none.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One configuration key; may be repeated.")
  private List<String> settings = List.of();

  @Option(
      names = "--join",
      description = {
        "Join a cluster that exists: cluster.join=true. The data directory is empty, cluster.peers",
        "names the members and this peer; 'holdfast member add' then takes it in."
      })
  private boolean join;

  @Option(
      names = "--stop-with-parent",
      hidden = true,
      description = "Stop when standard input ends, as it does when the starting process dies.")
  private boolean stopWithParent;

  @Override
  public Integer call() throws Exception {
    Config config;
    try {
      Path named = file != null ? file : environmentFile();
      List<String> flags = new ArrayList<>(settings);
      if (join) {
        flags.add("cluster.join=true");
      }
      config = Config.load(new ConfigSources(Optional.ofNullable(named), System.getenv(), flags));
    } catch (ConfigException e) {
      spec.commandLine().getErr().println(e.getMessage());
      spec.commandLine().getErr().flush();
      return ExitCodes.USAGE;
    }
    Logging.configure(
        config.get(ConfigKeys.LOG_FORMAT),
        config.get(ConfigKeys.LOG_LEVEL),
        "peer-" + config.get(ConfigKeys.PEER_ID));
    // A peer that moved is found again at its new address within seconds, not after Java's 30.
    Security.setProperty("networkaddress.cache.ttl", "5");
    HoldfastServer server = HoldfastServer.start(config);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
    if (stopWithParent) {
      Thread watch = new Thread(ServerCommand::awaitParentsEnd, "parent");
      watch.setDaemon(true);
      watch.start();
    }
    String failure = server.failure().get();
    spec.commandLine().getErr().println("holdfast: " + failure);
    return ExitCodes.REFUSED;
  }

  private static @Nullable Path environmentFile() {
    String named = System.getenv("HOLDFAST_CONFIG");
    return named == null || named.isEmpty() ? null : Path.of(named);
  }

  private static void awaitParentsEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is expected on standard input; only its end has a meaning.
      }
    } catch (IOException gone) {
      // A broken pipe ends the parent's watch as its end does.
    }
    System.exit(ExitCodes.OK);
  }
}
