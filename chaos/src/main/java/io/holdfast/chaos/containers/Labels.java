package io.holdfast.chaos.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Labels on all that a run makes in Docker, so that it can be found and removed: at the run's end
 * by its name, and at a later run's start when the process that made it is gone.
 */
final class Labels {
  private static final String RUN = "io.holdfast.chaos.run";
  private static final String OWNER = "io.holdfast.chaos.owner";

  private Labels() {}

  static Map<String, String> of(String run) {
    ProcessHandle self = ProcessHandle.current();
    return Map.of(RUN, run, OWNER, self.pid() + "@" + startOf(self));
  }

  /** Removes everything of one run. */
  static void sweep(DockerEngine engine, String run) {
    sweep(engine.client(), labels -> run.equals(labels.get(RUN)));
  }

  /**
   * Removes everything of runs whose process has ended without doing so itself.
   *
   * @return how many containers were found
   */
  static int sweepOrphans(DockerEngine engine) {
    return sweep(engine.client(), labels -> !ownerLives(labels.get(OWNER)));
  }

  private static int sweep(DockerClient client, Predicate<Map<String, String>> condemned) {
    List<Container> containers =
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(RUN)).exec().stream()
            .filter(container -> condemned.test(container.getLabels()))
            .toList();
    containers.forEach(container -> remove(client, container.getId()));
    for (Network network : client.listNetworksCmd().withFilter("label", List.of(RUN)).exec()) {
      if (condemned.test(network.getLabels())) {
        ignoringGone(() -> client.removeNetworkCmd(network.getId()).exec());
      }
    }
    for (InspectVolumeResponse volume :
        Optional.ofNullable(
                client.listVolumesCmd().withFilter("label", List.of(RUN)).exec().getVolumes())
            .orElse(List.of())) {
      if (condemned.test(volume.getLabels())) {
        ignoringGone(() -> client.removeVolumeCmd(volume.getName()).exec());
      }
    }
    return containers.size();
  }

  private static void remove(DockerClient client, String container) {
    ignoringGone(
        () -> client.removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec());
  }

  /**
   * What somebody else removes at the same time, as a shutdown hook does, is as good as removed.
   */
  private static void ignoringGone(Runnable removal) {
    try {
      removal.run();
    } catch (NotFoundException gone) {
      // As asked for.
    } catch (DockerException e) {
      System.err.println("chaos: could not be removed from Docker: " + e.getMessage());
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
