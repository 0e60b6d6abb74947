package io.holdfast.chaos.containers;

import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import java.util.List;
import java.util.Map;

/**
 * What the containers of one peer have in common.
 *
 * @param peer its number
 * @param run name of the run, with which the names of volumes begin
 * @param network id of the run's network
 * @param address of the peer in that network
 * @param labels by which all of it is found again
 * @param device loop device under its data, or empty where data lies on a plain volume
 * @param rootCgroup whether each container competes for processor time on its own; see {@link
 *     PeerContainers}
 */
record PeerPlan(
    int peer,
    String run,
    String network,
    String address,
    Map<String, String> labels,
    String device,
    boolean rootCgroup) {
  static final int CLIENT_PORT = 7070;
  static final int PEER_PORT = 7800;

  boolean onLoopDevice() {
    return !device.isEmpty();
  }

  String dataVolume() {
    return run + "-data-" + peer;
  }

  String skewVolume() {
    return run + "-skew-" + peer;
  }

  /** Nothing of the image is copied into it: a loop volume is never empty, a plain one must be. */
  Mount data() {
    return new Mount()
        .withType(MountType.VOLUME)
        .withSource(dataVolume())
        .withTarget("/data")
        .withVolumeOptions(new VolumeOptions().withNoCopy(onLoopDevice()));
  }

  Mount skew(boolean readOnly) {
    return new Mount()
        .withType(MountType.VOLUME)
        .withSource(skewVolume())
        .withTarget("/skew")
        .withReadOnly(readOnly);
  }

  List<String> volumes() {
    return List.of(dataVolume(), skewVolume());
  }
}
