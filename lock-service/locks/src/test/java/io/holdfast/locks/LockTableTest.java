package io.holdfast.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LockTableTest {
  private static LockRecord lock(String name) {
    return new LockRecord(LockName.of(name), 0, 0);
  }

  @Test
  void itFindsAndOrdersLocksAsASortedMapDoesWhateverIsAddedAndRemoved() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      LockTable table = new LockTable();
      TreeMap<String, LockRecord> model = new TreeMap<>();
      for (int step = 0; step < 5_000; step++) {
        String name = "n" + random.nextInt(2_000);
        LockRecord known = model.get(name);
        assertThat(table.get(LockName.of(name))).isSameAs(known);
        if (known == null) {
          model.put(name, lock(name));
          table.add(model.get(name));
        } else if (random.nextInt(3) > 0) {
          model.remove(name);
          table.remove(known);
        }
        assertThat(table.size()).isEqualTo(model.size());
        String asked = "n" + random.nextInt(2_000);
        assertThat(table.above(asked)).isSameAs(value(model.higherEntry(asked)));
        assertThat(table.atOrAbove(asked)).isSameAs(value(model.ceilingEntry(asked)));
      }
    }
  }

  private static @Nullable LockRecord value(Map.@Nullable Entry<String, LockRecord> entry) {
    return entry == null ? null : entry.getValue();
  }

  @Test
  void goingThroughAllSeesWhatChangesOnTheWay() {
    LockTable table = new LockTable();
    for (int number = 10; number < 60; number++) {
      table.add(lock("n" + number));
    }
    List<String> seen = new ArrayList<>();
    LockRecord at = table.above("");
    while (at != null) {
      seen.add(at.name.value());
      if (at.name.value().equals("n20")) {
        table.remove(at);
        table.add(lock("n20x"));
        table.add(lock("n11x"));
      }
      at = table.above(at.name.value());
    }
    assertThat(seen).hasSize(51).contains("n20", "n20x").doesNotContain("n11x").isSorted();
  }

  @Test
  void namesWithTheSameHashAreToldApart() {
    LockTable table = new LockTable();
    LockRecord first = lock("Aa");
    LockRecord second = lock("BB");
    table.add(first);
    table.add(second);
    table.remove(first);
    assertThat(table.get(LockName.of("Aa"))).isNull();
    assertThat(table.get(LockName.of("BB"))).isSameAs(second);
    assertThatThrownBy(() -> table.remove(first)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> table.add(lock("BB"))).isInstanceOf(IllegalStateException.class);
  }
}
