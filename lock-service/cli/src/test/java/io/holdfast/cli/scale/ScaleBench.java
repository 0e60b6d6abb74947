package io.holdfast.cli.scale;

import java.nio.file.Path;
import java.nio.file.Paths;

/**
 * Measures a cluster of three peer processes on this machine with many sessions or many locks. A
 * program, not a test; docs/performance.md has the command and figures.
 *
 * <p>Arguments: {@code sessions DIRECTORY [SESSIONS [CONNECTIONS]]} or {@code locks DIRECTORY
 * [LOCKS [SESSIONS]]}. The directory takes the peers' data and must not exist; leave it on the disk
 * in question. Options of the peers' Java: {@code -Dscale.peer-options="-Xmx4g"}.
 */
public final class ScaleBench {
  private ScaleBench() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Paths.get(arguments[1]).toAbsolutePath();
    if (directory.toFile().exists()) {
      throw new IllegalArgumentException(directory + " exists; name a new directory");
    }
    if (arguments[0].equals("sessions")) {
      new SessionScale(directory, number(arguments, 2, 100_000), number(arguments, 3, 1_000)).run();
    } else if (arguments[0].equals("locks")) {
      new LockScale(directory, number(arguments, 2, 1_000_000), number(arguments, 3, 1_000)).run();
    } else {
      throw new IllegalArgumentException(arguments[0] + " is neither sessions nor locks");
    }
  }

  private static int number(String[] arguments, int at, int absent) {
    return arguments.length > at ? Integer.parseInt(arguments[at]) : absent;
  }
}
