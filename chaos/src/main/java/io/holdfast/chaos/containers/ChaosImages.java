package io.holdfast.chaos.containers;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The images of a cluster under attack, built by docker/build-images.sh. */
final class ChaosImages {
  static final String PEER = "holdfast/attacked";
  static final String NEMESIS = "holdfast/nemesis";

  private static final String SCRIPT = "docker/build-images.sh";

  private ChaosImages() {}

  /** Builds the images that are missing or older than the jars they are made of. */
  static void ensureBuilt() throws IOException, InterruptedException {
    Path root = checkout();
    Process build =
        new ProcessBuilder("sh", root.resolve(SCRIPT).toString(), "chaos")
            .directory(root.toFile())
            .redirectOutput(ProcessBuilder.Redirect.to(Path.of("/dev/stderr").toFile()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      if (build.waitFor() != 0) {
        throw new IOException("the images could not be built by " + SCRIPT + "; see above");
      }
    } finally {
      build.destroy();
    }
  }

  /** The checkout this program was built in: the images are made of its files. */
  static Path checkout() throws IOException {
    @Nullable Path at = ownLocation();
    while (at != null && !Files.isRegularFile(at.resolve(SCRIPT))) {
      at = at.getParent();
    }
    if (at == null) {
      at = Path.of("").toAbsolutePath();
      while (at != null && !Files.isRegularFile(at.resolve(SCRIPT))) {
        at = at.getParent();
      }
    }
    if (at == null) {
      throw new IOException(
          SCRIPT + " was not found above the program or the working directory; run in a checkout");
    }
    return at;
  }

  private static @Nullable Path ownLocation() {
    try {
      return Path.of(ChaosImages.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
