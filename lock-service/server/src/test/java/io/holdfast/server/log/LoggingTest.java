package io.holdfast.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.server.config.LogFormat;
import io.holdfast.server.config.LogLevel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.test");
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @AfterEach
  void restore() {
    Logging.configure(LogFormat.TEXT, LogLevel.INFO, "test");
  }

  @Test
  void anEventIsOneLineOfTextHoweverManyItsMessageHas() {
    Logging.configure(LogFormat.TEXT, LogLevel.INFO, "peer-3", written);
    LOG.info("first\nsecond");
    LOG.debug("too quiet");
    LOG.error("failed", new IllegalStateException("why\nand why"));
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(0))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  peer-3 .*")
        .endsWith("test - first | second");
    assertThat(lines().get(1)).contains("ERROR peer-3", "IllegalStateException", "LoggingTest");
  }

  @Test
  void anEventIsOneObjectOfJson() throws Exception {
    Logging.configure(LogFormat.JSON, LogLevel.WARN, "peer-3", written);
    LOG.info("too quiet");
    LOG.atWarn().addKeyValue("term", 7).setCause(new IllegalStateException("why")).log("a\n\"b\"");
    JsonNode event = new ObjectMapper().readTree(lines().get(0));
    assertThat(lines()).hasSize(1);
    assertThat(event.path("peer").asText()).isEqualTo("peer-3");
    assertThat(event.path("level").asText()).isEqualTo("WARN");
    assertThat(event.path("message").asText()).isEqualTo("a\n\"b\"");
    assertThat(event.path("term").asText()).isEqualTo("7");
    assertThat(event.path("exception").asText()).contains("IllegalStateException: why");
    assertThat(event.path("time").asText()).endsWith("Z");
  }

  @Test
  void aLibraryCannotFillTheLog() {
    Logging.configure(LogFormat.TEXT, LogLevel.INFO, "peer-3", written);
    Logger library = LoggerFactory.getLogger("io.vertx.core.SomeConnection");
    for (int i = 0; i < 1_000; i++) {
      library.error("broken connection {}", i);
      library.info("hello");
    }
    assertThat(lines()).singleElement().asString().contains("broken connection 0");
  }

  @Test
  void aRepeatedEventSpeaksOnceInTenSecondsAndCountsTheRest() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    RepeatedEvent event = new RepeatedEvent(now::get);
    List<Long> spoken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      event.happened(spoken::add);
    }
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    event.happened(spoken::add);
    event.happened(spoken::add);
    assertThat(spoken).containsExactly(0L, 4L);
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
