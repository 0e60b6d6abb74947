package io.holdfast.chaos.cli;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.chaos.report.RunSite;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos serve}: the runs in a browser. */
@Command(
    name = "serve",
    description = "Show the runs of a folder in a browser of this machine, until Ctrl-C.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit codes: 0 ended, 2 usage."})
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "chaos-runs",
      description = "Where the runs are. Default: ${DEFAULT-VALUE}")
  private Path out;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "27080",
      description = "Loopback port; 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Override
  public Integer call() throws InterruptedException {
    if (!Files.isDirectory(out)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), out + " is no folder; make a run first, or name one with --out");
    }
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpServer server = HttpServer.create(address, 16);
      server.createContext("/", new RunSite(out));
      server.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0), "chaos-serve-stop"));
      spec.commandLine()
          .getOut()
          .println("http://localhost:" + server.getAddress().getPort() + "/  (Ctrl-C ends it)");
      spec.commandLine().getOut().flush();
    } catch (IOException taken) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "port " + port + " cannot be opened: " + taken.getMessage());
    }
    new CountDownLatch(1).await();
    return RunExit.VALID;
  }
}
