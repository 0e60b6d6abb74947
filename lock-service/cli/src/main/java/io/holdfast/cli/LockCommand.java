package io.holdfast.cli;

import io.holdfast.client.DistributedLock;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.Lease;
import io.holdfast.client.LossReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast lock}: runs a command under a lock that is renewed while it runs. */
@Command(
    name = "lock",
    description = "Run a command under a lock.",
    footer = {
      "",
      "The command finds its fencing token in HOLDFAST_TOKEN, the lock's name in HOLDFAST_LOCK and",
      "the session in HOLDFAST_SESSION. Give the token to whatever it writes to. When the lease is",
      "lost, the command gets SIGTERM, and SIGKILL after --grace.",
      "",
      "Exit codes: that of the command; 75 the lock was not granted within --wait, 76 the lease was",
      "lost while the command ran, 127 the command could not be started; before the command runs",
      "also 1 refused, 2 usage, 3 outcome unknown, 4 unavailable.",
      "",
      "Example:",
      "  holdfast lock jobs/nightly --wait 1m -- ./nightly.sh --full"
    })
final class LockCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(index = "0", paramLabel = "LOCK", description = "The lock's name.")
  private String lock;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments; write -- before it.")
  private List<String> command;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description =
          "How long the lock outlives a crash of this process (default: ${DEFAULT-VALUE}).")
  private Duration ttl;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "forever",
      description = "How long to queue for the lock (default: ${DEFAULT-VALUE}).")
  private Duration wait;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "Time between SIGTERM and SIGKILL (default: ${DEFAULT-VALUE}).")
  private Duration grace;

  @ArgGroup private Mode mode = new Mode();

  /** How the lock is held; exclusively when nothing is said. */
  static final class Mode {
    @Option(names = "--shared", description = "Share the lock with other shared holders.")
    private boolean shared;

    @Option(
        names = "--semaphore",
        paramLabel = "LIMIT",
        description = "Take one permit of a semaphore with LIMIT permits in all.")
    private int semaphoreLimit;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (HoldfastClient client =
        connection.client().sessionTtl(ttl).ownerName("holdfast lock " + lock).build()) {
      Optional<Lease> lease = acquire(client);
      if (lease.isEmpty()) {
        say(lock + " was not granted within " + wait.toMillis() + " ms");
        return ExitCodes.LOCK_NOT_GRANTED;
      }
      return run(lease.get());
    }
  }

  private Optional<Lease> acquire(HoldfastClient client) throws InterruptedException {
    DistributedLock wanted = client.lock(lock);
    if (mode.shared) {
      wanted = wanted.shared();
    } else if (mode.semaphoreLimit != 0) {
      wanted = wanted.semaphore(mode.semaphoreLimit);
    }
    return wait.equals(Durations.FOREVER) ? Optional.of(wanted.acquire()) : wanted.tryAcquire(wait);
  }

  private int run(Lease lease) throws InterruptedException {
    Process child;
    try {
      child = start(lease);
    } catch (IOException e) {
      lease.close();
      say("the command could not be started: " + e.getMessage());
      return ExitCodes.COMMAND_NOT_STARTED;
    }
    AtomicBoolean lost = new AtomicBoolean();
    lease.onAtRisk(() -> say("no keep-alive is getting through; the lease may be lost soon"));
    lease.onLost(reason -> loseTo(child, lost, reason));
    Thread onExit = new Thread(() -> end(child, lease), "end-command");
    Runtime.getRuntime().addShutdownHook(onExit);
    int exitCode = child.waitFor();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException alreadyExiting) {
      return exitCode;
    }
    if (lost.get()) {
      return ExitCodes.LEASE_LOST;
    }
    release(lease);
    return exitCode;
  }

  private Process start(Lease lease) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("HOLDFAST_TOKEN", Long.toString(lease.token()));
    builder.environment().put("HOLDFAST_LOCK", lease.lock());
    builder.environment().put("HOLDFAST_SESSION", Long.toString(lease.session()));
    return builder.start();
  }

  private void loseTo(Process child, AtomicBoolean lost, LossReason reason) {
    lost.set(true);
    if (child.isAlive()) {
      say("the lease on " + lock + " is lost (" + reason + "); ending the command");
      terminate(child);
    }
  }

  private void end(Process child, Lease lease) {
    terminate(child);
    lease.close();
  }

  private void terminate(Process child) {
    child.destroy();
    try {
      if (!child.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        child.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void release(Lease lease) {
    try {
      lease.release();
    } catch (HoldfastException e) {
      say("the command is done, but the lock was not released cleanly: " + e.getMessage());
    }
  }

  private void say(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("holdfast: " + message);
    err.flush();
  }
}
