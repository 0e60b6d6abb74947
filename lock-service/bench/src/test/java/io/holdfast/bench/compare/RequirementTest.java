package io.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementTest {
  @TempDir private Path rivals;

  @Test
  void whatIsMissingIsNamedWithHowToGetIt() {
    Requirement server = Requirement.program("no-such-server", "some-package", "");

    assertThat(server.missing(rivals))
        .hasValue("the command 'no-such-server' is not installed; apt-get install some-package");
    assertThat(Requirement.libraries("zookeeper").missing(rivals).orElseThrow())
        .contains("Maven Central");
  }

  @Test
  void nothingIsMissingWhenItIsThere() throws IOException {
    Files.createDirectories(rivals.resolve("zookeeper/target/lib"));

    assertThat(Requirement.program("sh", "dash", "zookeeper").missing(rivals)).isEmpty();
    assertThat(Requirement.nothing().missing(rivals)).isEmpty();
  }
}
