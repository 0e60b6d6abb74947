package io.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.locks.Limit;
import io.holdfast.raft.core.ReplicationLimits;
import io.holdfast.raft.driver.NodeLimits;
import io.holdfast.server.peer.PeerServiceSettings;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsPageTest {
  private static final String PAGE = DocumentedPage.read("limits.md");

  @ParameterizedTest
  @EnumSource(Limit.class)
  void limitsOfTheStateAreOnThePage(Limit limit) {
    assertThat(PAGE)
        .contains(
            "| `%s` | %d | %d to %d |"
                .formatted(limit.field(), limit.defaultValue(), limit.min(), limit.max()));
  }

  @Test
  void limitsOfTheProtocolAreOnThePage() throws IllegalAccessException {
    for (Field field : io.holdfast.api.Limits.class.getFields()) {
      if (field.getName().endsWith("_MAX")) {
        assertThat(PAGE).contains("| `%s` | %s |".formatted(field.getName(), field.get(null)));
      }
    }
  }

  static Stream<Record> settings() {
    return Stream.of(
        PeerServiceSettings.Bounds.DEFAULT, ReplicationLimits.DEFAULT, NodeLimits.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void boundsOfAPeerAreOnThePage(Record bounds) throws ReflectiveOperationException {
    for (RecordComponent bound : bounds.getClass().getRecordComponents()) {
      assertThat(PAGE)
          .contains("| `%s` | %s |".formatted(bound.getName(), bound.getAccessor().invoke(bounds)));
    }
  }

  @Test
  void retainedEventsAreOnThePage() {
    assertThat(PAGE)
        .contains("| `eventsMax` | " + PeerServiceSettings.Window.DEFAULT.eventsMax() + " |");
  }
}
