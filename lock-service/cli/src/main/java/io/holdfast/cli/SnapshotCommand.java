package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.http.HttpApi;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.MachineCounts;
import io.holdfast.locks.SessionView;
import io.holdfast.raft.PeerId;
import io.holdfast.server.OfflineRestore;
import io.holdfast.server.backup.BackupException;
import io.holdfast.server.backup.BackupReader;
import io.holdfast.server.backup.BackupRestore;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.ConfigSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast snapshot}: backups of a cluster. */
@Command(
    name = "snapshot",
    description = "Save the state of a cluster, look into a backup, restore it.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SnapshotCommand.Save.class,
      SnapshotCommand.Inspect.class,
      SnapshotCommand.Restore.class
    },
    footer = {
      "",
      "docs/operations.md tells when to use which.",
      "",
      "Exit codes: 0 done, 1 refused or damaged, 2 usage, 4 unavailable."
    })
final class SnapshotCommand {
  private SnapshotCommand() {}

  /** {@code holdfast snapshot save}. */
  @Command(
      name = "save",
      mixinStandardHelpOptions = true,
      description = {
        "Save the state of a running cluster to a file.",
        "The file holds everything that was acknowledged before the command began. It is checked",
        "from end to end before it gets its name, and no file is overwritten."
      },
      footer = {"", "Example:", "  holdfast snapshot save monday.backup"})
  static final class Save implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Connection connection;

    @Parameters(paramLabel = "FILE", description = "Where to; must not exist.")
    private Path file;

    @Option(names = "--json", description = "Print what the backup holds as JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, IOException, BackupException {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file + " exists; name a new file");
      }
      Path absolute = file.toAbsolutePath();
      Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
      BackupReader.Backup backup;
      try {
        connection.http().download("/v1/snapshot", partial);
        try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
          written.force(true);
        }
        backup = BackupReader.read(partial);
        Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(partial);
      }
      print(spec, file, backup, json);
      return ExitCodes.OK;
    }
  }

  /** {@code holdfast snapshot inspect}. */
  @Command(
      name = "inspect",
      mixinStandardHelpOptions = true,
      description = "Check a backup from end to end and print what it holds.",
      footer = {"", "Example:", "  holdfast snapshot inspect monday.backup"})
  static final class Inspect implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws BackupException {
      print(spec, file, BackupReader.read(file), json);
      return ExitCodes.OK;
    }
  }

  /** {@code holdfast snapshot restore}. */
  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description = {
        "Make the data directory of one peer of a new cluster from a backup.",
        "Run it once for every peer of the new cluster, with the same file, cluster id and peers;",
        "then start them. The old cluster must be gone for good. Tokens go on 2^32 above those of",
        "the backup; every session has ended, so that every lock is free."
      },
      footer = {
        "",
        "The options below stand for the configuration keys of a server; --config names a file",
        "with more of them, best the one that the peer will be started with.",
        "",
        "Example:",
        "  holdfast snapshot restore monday.backup --config peer-1.properties"
      })
  static final class Restore implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The new peer's configuration: lines of 'key = value'.")
    private @Nullable Path configuration;

    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "data.dir: where to; must be missing or empty.")
    private @Nullable Path dataDirectory;

    @Option(
        names = "--cluster-id",
        paramLabel = "ID",
        description = "cluster.id: of the new cluster; not that of the backup.")
    private @Nullable String clusterId;

    @Option(names = "--peer-id", paramLabel = "N", description = "peer.id: which peer this is.")
    private @Nullable Integer peerId;

    @Option(
        names = "--peers",
        paramLabel = "ID=HOST:PORT:PORT,...",
        description = "cluster.peers: all peers of the new cluster.")
    private @Nullable String peers;

    @Override
    public Integer call() throws BackupException {
      List<String> settings = new ArrayList<>();
      add(settings, "data.dir", dataDirectory);
      add(settings, "cluster.id", clusterId);
      add(settings, "peer.id", peerId);
      add(settings, "cluster.peers", peers);
      Config config;
      try {
        config =
            Config.load(new ConfigSources(Optional.ofNullable(configuration), Map.of(), settings));
      } catch (ConfigException e) {
        spec.commandLine().getErr().println(e.getMessage());
        spec.commandLine().getErr().flush();
        return ExitCodes.USAGE;
      }
      BackupRestore.Outcome outcome = OfflineRestore.restore(file, config);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "restored %s%n  log goes on after index %d%n  tokens go on above %d%n  %d session(s)"
              + " ended%n",
          file, outcome.last().index(), outcome.tokenFloor(), outcome.sessionsEnded());
      out.flush();
      return ExitCodes.OK;
    }

    private static void add(List<String> settings, String key, @Nullable Object value) {
      if (value != null) {
        settings.add(key + "=" + value);
      }
    }
  }

  private static void print(
      CommandSpec spec, Path file, BackupReader.Backup backup, boolean asJson) {
    PrintWriter out = spec.commandLine().getOut();
    MachineCounts counts = backup.machine().counts();
    List<String> peers =
        backup.header().configuration().members().keySet().stream().map(PeerId::toString).toList();
    if (asJson) {
      ObjectNode root = HttpApi.object();
      root.put("file", file.toString());
      root.put("cluster", backup.header().clusterId());
      root.put("index", backup.header().last().index());
      root.put("term", backup.header().last().term());
      ArrayNode list = root.putArray("peers");
      peers.forEach(list::add);
      root.put("sessions", counts.sessions());
      root.put("longestTtlMillis", longestTtlMillis(backup.machine()));
      root.put("locks", counts.locks());
      root.put("holds", counts.holds());
      root.put("stateBytes", backup.stateBytes());
      out.println(HttpApi.text(root));
    } else {
      out.printf(
          "%s is whole%n  cluster %s, index %d, term %d, peers %s%n  %d lock(s), %d hold(s), %d"
              + " session(s), longest TTL %d ms%n",
          file,
          backup.header().clusterId(),
          backup.header().last().index(),
          backup.header().last().term(),
          peers.stream().collect(Collectors.joining(" ")),
          counts.locks(),
          counts.holds(),
          counts.sessions(),
          longestTtlMillis(backup.machine()));
    }
    out.flush();
  }

  /** So long, after the old cluster stopped, a client may still think that it holds a lock. */
  private static long longestTtlMillis(LockStateMachine machine) {
    long longest = 0;
    List<SessionView> page = machine.sessions(0, LockStateMachine.QUERY_MAX);
    while (!page.isEmpty()) {
      for (SessionView session : page) {
        longest = Math.max(longest, session.ttlMillis());
      }
      page = machine.sessions(page.get(page.size() - 1).id(), LockStateMachine.QUERY_MAX);
    }
    return longest;
  }
}
