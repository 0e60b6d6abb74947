package io.holdfast.chaos.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Labels on all that a run makes in Docker, so that it can be found and removed: at the run's end
 * by its name, and at a later run's start when the process that made it is gone.
 */
final class Labels {
  private static final String RUN = "io.holdfast.chaos.run";
  private static final String OWNER = "io.holdfast.chaos.owner";

  private static final int TRIES_MAX = 20;
  private static final long PAUSE_NANOS = 500_000_000;

  private Labels() {}

  static Map<String, String> of(String run) {
    ProcessHandle self = ProcessHandle.current();
    return Map.of(RUN, run, OWNER, self.pid() + "@" + startOf(self));
  }

  /**
   * Removes everything of one run. Tried again for a while: what another thread is just starting,
   * or Testcontainers' own hook is just removing, is refused once and gone a moment later.
   */
  static void sweep(DockerEngine engine, String run) {
    Predicate<Map<String, String>> ofRun = labels -> run.equals(labels.get(RUN));
    Sweep last = sweep(engine.client(), ofRun);
    for (int tries = 1; tries < TRIES_MAX && !last.refusals().isEmpty(); tries++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      last = sweep(engine.client(), ofRun);
    }
    last.refusals().forEach(why -> System.err.println("chaos: left in Docker: " + why));
  }

  /** How many containers were found, and what could not be removed. */
  private record Sweep(int containers, List<String> refusals) {}

  /**
   * Removes everything of runs whose process has ended without doing so itself.
   *
   * @return how many containers were found
   */
  static int sweepOrphans(DockerEngine engine) {
    return sweep(engine.client(), labels -> !ownerLives(labels.get(OWNER))).containers();
  }

  private static Sweep sweep(DockerClient client, Predicate<Map<String, String>> condemned) {
    List<String> refusals = new ArrayList<>();
    List<Container> containers =
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(RUN)).exec().stream()
            .filter(container -> condemned.test(container.getLabels()))
            .toList();
    containers.forEach(container -> remove(client, container.getId(), refusals));
    for (Network network : client.listNetworksCmd().withFilter("label", List.of(RUN)).exec()) {
      if (condemned.test(network.getLabels())) {
        ignoringGone(() -> client.removeNetworkCmd(network.getId()).exec(), refusals);
      }
    }
    for (InspectVolumeResponse volume :
        Optional.ofNullable(
                client.listVolumesCmd().withFilter("label", List.of(RUN)).exec().getVolumes())
            .orElse(List.of())) {
      if (condemned.test(volume.getLabels())) {
        ignoringGone(() -> client.removeVolumeCmd(volume.getName()).exec(), refusals);
      }
    }
    return new Sweep(containers.size(), refusals);
  }

  private static void remove(DockerClient client, String container, List<String> refusals) {
    ignoringGone(
        () -> client.removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec(),
        refusals);
  }

  /**
   * What somebody else removes at the same time, as a shutdown hook does, is as good as removed.
   */
  private static void ignoringGone(Runnable removal, List<String> refusals) {
    try {
      removal.run();
    } catch (NotFoundException gone) {
      // As asked for.
    } catch (DockerException e) {
      refusals.add(String.valueOf(e.getMessage()));
    }
  }

  /** A process number alone may have been given to another process by now. */
  private static boolean ownerLives(String owner) {
    int at = owner.indexOf('@');
    if (at < 1) {
      return false;
    }
    return ProcessHandle.of(Long.parseLong(owner.substring(0, at)))
        .filter(process -> startOf(process).equals(owner.substring(at + 1)))
        .isPresent();
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }
}
