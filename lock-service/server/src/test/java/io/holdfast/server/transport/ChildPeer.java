package io.holdfast.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.PeerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An {@link EchoProcess}, started, stopped and killed as operating systems do it. */
final class ChildPeer implements AutoCloseable {
  final PeerId id;
  final int port;
  private final Process process;

  private ChildPeer(PeerId id, int port, Process process) {
    this.id = id;
    this.port = port;
    this.process = process;
  }

  /** Returns when the child listens. */
  static ChildPeer start(int id, int port, @Nullable Path tls, TestPeer... others)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                EchoProcess.class.getName(),
                String.valueOf(id),
                String.valueOf(port),
                tls == null ? "-" : tls.toString()));
    for (TestPeer other : others) {
      command.add(other.id.value() + "=" + other.transport.port());
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(EchoProcess.READY)) {
        int boundPort = Integer.parseInt(line.substring(EchoProcess.READY.length()));
        return new ChildPeer(new PeerId(id), boundPort, process);
      }
    }
    throw new AssertionError("the child ended before it was ready");
  }

  void stop() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  /** As kill -9 does: nothing of the process runs any more, its kernel closes the sockets. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(TestPeer.WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start();
    assertThat(kill.waitFor()).as("kill %s", signal).isZero();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
