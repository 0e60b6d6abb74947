package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DemoTest {
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void everyStepOfTheDemoHolds() {
    StringWriter out = new StringWriter();
    int exitCode = Main.commandLine().setOut(new PrintWriter(out, true)).execute("demo");
    assertThat(out.toString()).contains("All of it held").doesNotContain("FAILED");
    assertThat(exitCode).isEqualTo(0);
  }
}
