package io.holdfast.chaos.containers;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.testcontainers.containers.GenericContainer;

/**
 * A file system of its own for each peer: an ext4 image on a loop device. Only so can one peer's
 * disk be filled, frozen, broken or robbed of its unwritten pages without harm to the machine.
 *
 * <p>A helper container makes the images and keeps the devices open, which are marked to vanish
 * when nobody has them open or mounted: whoever removes the containers has removed the devices too.
 */
final class LoopDisks implements AutoCloseable {
  private static final int MEGABYTES = 512;

  /** The owner is the user of the peer's image. */
  private static final String SCRIPT =
      """
      for n in $(seq %d); do
        truncate -s %dM /images/$n && mkfs.ext4 -q -m 0 -E root_owner=10001:10001 /images/$n || exit 1
        device=$(losetup -f --show /images/$n) && exec {fd}<>$device && losetup -d $device || exit 1
        echo "device $n $device"
      done
      echo ready
      exec sleep infinity
      """;

  private final GenericContainer<?> helper;
  private final Map<Integer, String> devices;

  private LoopDisks(GenericContainer<?> helper, Map<Integer, String> devices) {
    this.helper = helper;
    this.devices = devices;
  }

  /** The disks, or why this machine allows none. */
  record Attempt(Optional<LoopDisks> disks, String whyNot) {}

  static Attempt make(DockerEngine engine, String run, Map<String, String> labels, int count)
      throws IOException, InterruptedException {
    String volume = run + "-images";
    GenericContainer<?> helper = null;
    try {
      engine.client().createVolumeCmd().withName(volume).withLabels(labels).exec();
      helper =
          PeerContainers.idle(ChaosImages.NEMESIS)
              .withCommand("bash", "-c", SCRIPT.formatted(count, MEGABYTES))
              .withNetworkMode("none")
              .withLabels(labels)
              .withCreateContainerCmdModifier(
                  command ->
                      command
                          .getHostConfig()
                          .withInit(true)
                          .withCapAdd(Capability.SYS_ADMIN)
                          .withDeviceCgroupRules(List.of("b 7:* rwm", "c 10:237 rwm"))
                          .withBinds(new Bind("/dev", new Volume("/dev"), AccessMode.rw))
                          .withMounts(
                              List.of(
                                  new Mount()
                                      .withType(MountType.VOLUME)
                                      .withSource(volume)
                                      .withTarget("/images"))));
      helper.start();
      String said = awaitReady(engine, helper.getContainerId());
      Map<Integer, String> devices = new TreeMap<>();
      said.lines()
          .map(line -> line.split(" "))
          .filter(words -> words.length == 3 && words[0].equals("device"))
          .forEach(words -> devices.put(Integer.valueOf(words[1]), words[2]));
      if (devices.size() == count) {
        return new Attempt(Optional.of(new LoopDisks(helper, devices)), "");
      }
      helper.stop();
      return new Attempt(Optional.empty(), "loop devices cannot be set up here: " + said.strip());
    } catch (DockerException | IllegalStateException e) {
      if (helper != null) {
        helper.stop();
      }
      return new Attempt(
          Optional.empty(), "loop devices cannot be set up here: " + rootCause(e).getMessage());
    }
  }

  private static String awaitReady(DockerEngine engine, String container)
      throws IOException, InterruptedException {
    String said = "";
    for (int tries = 0; tries < 600; tries++) {
      said = new String(engine.log(container), java.nio.charset.StandardCharsets.UTF_8);
      if (said.contains("ready") || !Boolean.TRUE.equals(engine.state(container).getRunning())) {
        break;
      }
      DockerEngine.rest();
    }
    return said;
  }

  private static Throwable rootCause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  String device(int peer) {
    return String.valueOf(devices.get(peer));
  }

  @Override
  public void close() {
    helper.stop();
  }
}
