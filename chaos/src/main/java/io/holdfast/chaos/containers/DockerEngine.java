package io.holdfast.chaos.containers;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** The few things asked of the Docker Engine, with its refusals as {@link IOException}. */
final class DockerEngine {
  private static final Duration EXEC_PATIENCE = Duration.ofSeconds(30);
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 50;

  private final DockerClient client;

  private DockerEngine(DockerClient client) {
    this.client = client;
  }

  /**
   * The engine of this machine.
   *
   * @throws IOException when none answers; says how to get one
   */
  static DockerEngine connect() throws IOException {
    quieten();
    try {
      return new DockerEngine(DockerClientFactory.instance().client());
    } catch (RuntimeException e) {
      throw new IOException(
          "no Docker Engine answers ("
              + e.getMessage()
              + "); start it, on a bare Debian machine with docker/start-docker.sh, or use"
              + " --on processes",
          e);
    }
  }

  /**
   * These libraries tell every byte they exchange with the engine, unless told not to; and one of
   * them every refusal, which it throws as well.
   */
  private static void quieten() {
    quieten("org.testcontainers", Level.ERROR);
    quieten("tc", Level.ERROR);
    quieten("com.github.dockerjava", Level.OFF);
  }

  private static void quieten(String library, Level level) {
    if (LoggerFactory.getLogger(library) instanceof Logger logger) {
      logger.setLevel(level);
    }
  }

  /** A short wait between two looks at something that takes its time. */
  static void rest() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
  }

  DockerClient client() {
    return client;
  }

  /** How a command in a container ended; {@code output} holds both streams as they came. */
  record Output(int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }
  }

  /** Runs a command in a running container, as root, and waits for its end. */
  Output run(String container, String... command) throws IOException, InterruptedException {
    return runAs("0", container, command);
  }

  /** As {@link #run}, as the user given by number. */
  Output runAs(String user, String container, String... command)
      throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      String exec =
          client
              .execCreateCmd(container)
              .withAttachStdout(true)
              .withAttachStderr(true)
              .withUser(user)
              .withCmd(command)
              .exec()
              .getId();
      boolean ended =
          client
              .execStartCmd(exec)
              .exec(
                  new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                      if (frame.getStreamType() != StreamType.STDIN) {
                        out.writeBytes(frame.getPayload());
                      }
                    }
                  })
              .awaitCompletion(EXEC_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        throw new IOException(
            Arrays.toString(command) + " did not end within " + EXEC_PATIENCE.toSeconds() + " s");
      }
      Long code = client.inspectExecCmd(exec).exec().getExitCodeLong();
      return new Output(
          code == null ? -1 : Math.toIntExact(code), out.toString(StandardCharsets.UTF_8).strip());
    } catch (DockerException e) {
      throw refused(Arrays.toString(command), e);
    }
  }

  /** As {@link #run}; a command that fails is an error. */
  String must(String container, String... command) throws IOException, InterruptedException {
    Output output = run(container, command);
    if (!output.succeeded()) {
      throw new IOException(
          Arrays.toString(command)
              + " in a container ended with exit code "
              + output.exitCode()
              + ": "
              + output.output());
    }
    return output.output();
  }

  /** Starts a command in a container and does not wait for it. */
  void launch(String container, String... command) throws IOException {
    try {
      String exec = client.execCreateCmd(container).withUser("0").withCmd(command).exec().getId();
      client.execStartCmd(exec).withDetach(true).exec(new ResultCallback.Adapter<>());
    } catch (DockerException e) {
      throw refused(Arrays.toString(command), e);
    }
  }

  /** Starts a container that exists; does nothing when it runs. */
  void start(String container) throws IOException {
    try {
      client.startContainerCmd(container).exec();
    } catch (NotModifiedException runs) {
      // As asked for.
    } catch (DockerException e) {
      throw refused("start", e);
    }
  }

  /** Removes a container that has ended. */
  void remove(String container) throws IOException {
    try {
      client.removeContainerCmd(container).withForce(true).exec();
    } catch (DockerException e) {
      throw refused("remove", e);
    }
  }

  /** Sends a signal; does nothing to a container that does not run. */
  void signal(String container, String signal) throws IOException {
    try {
      client.killContainerCmd(container).withSignal(signal).exec();
    } catch (ConflictException | NotFoundException doesNotRun) {
      // Nobody there to hear it.
    } catch (DockerException e) {
      throw refused("signal " + signal, e);
    }
  }

  /** Ends a container by SIGKILL, and waits until it is gone. */
  void kill(String container) throws IOException, InterruptedException {
    signal(container, "KILL");
    awaitEnd(container, "KILL");
  }

  /** Waits until a container that was signalled is gone. */
  void awaitEnd(String container, String signal) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + END_PATIENCE.toNanos();
    while (isUp(state(container))) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "a container still runs " + END_PATIENCE.toSeconds() + " s after signal " + signal);
      }
      rest();
    }
  }

  private static boolean isUp(ContainerState state) {
    return Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getPaused());
  }

  /** Freezes all processes of a container; does nothing when they are or it does not run. */
  void freeze(String container) throws IOException {
    try {
      client.pauseContainerCmd(container).exec();
    } catch (ConflictException isSo) {
      // As asked for.
    } catch (DockerException e) {
      throw refused("pause", e);
    }
  }

  /** Lets them go on. */
  void thaw(String container) throws IOException {
    try {
      client.unpauseContainerCmd(container).exec();
    } catch (ConflictException | NotModifiedException isSo) {
      // As asked for.
    } catch (DockerException e) {
      if (Boolean.TRUE.equals(state(container).getPaused())) {
        throw refused("unpause", e);
      }
    }
  }

  ContainerState state(String container) throws IOException {
    try {
      return client.inspectContainerCmd(container).exec().getState();
    } catch (DockerException e) {
      throw refused("inspect", e);
    }
  }

  /** What a container wrote since it was made, restarts included. */
  byte[] log(String container) throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      client
          .logContainerCmd(container)
          .withStdOut(true)
          .withStdErr(true)
          .exec(
              new ResultCallback.Adapter<Frame>() {
                @Override
                public void onNext(Frame frame) {
                  out.writeBytes(frame.getPayload());
                }
              })
          .awaitCompletion(EXEC_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return out.toByteArray();
    } catch (DockerException e) {
      throw refused("logs", e);
    }
  }

  static IOException refused(String what, DockerException e) {
    return new IOException("Docker refused " + what + ": " + e.getMessage(), e);
  }
}
