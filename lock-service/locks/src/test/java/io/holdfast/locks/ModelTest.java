package io.holdfast.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine against a model written apart from it, over long runs of random commands. */
class ModelTest {
  private static final int COMMANDS = 25_000;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("S151 S161 S162: every command answers, tells and leaves behind what the model says")
  void everyCommandAnswersTellsAndLeavesWhatTheModelSays(long seed) {
    Run run = new Run(seed);
    for (int count = 0; count < COMMANDS; count++) {
      run.step();
    }
    assertThat(run.seen).as("kinds of results met").hasSizeGreaterThan(22);
  }

  private static final class Run {
    private final Random random;
    private final RandomCommands commands;
    private final ReferenceModel model = new ReferenceModel();
    private final TreeMap<LockName, Long> tokens = new TreeMap<>();
    private final TreeMap<String, Integer> seen = new TreeMap<>();
    private LockStateMachine machine = new LockStateMachine();
    private StateMachine.SnapshotView view = machine.beginSnapshot();
    private byte[] viewExpected = Snapshots.bytes(machine);
    private List<byte[]> viewPieces = new ArrayList<>();
    private long index;

    Run(long seed) {
      random = new Random(seed * 31);
      commands = new RandomCommands(seed);
    }

    void step() {
      index += 1 + random.nextInt(2);
      long term = 1 + index / 1000;
      Command command = commands.next(machine, term);
      byte[] encoded = CommandCodec.encode(command);
      assertThat(CommandCodec.decode(encoded)).isEqualTo(command);
      CommandResult result = machine.apply(new EntryId(term, index), encoded);
      CommandResult expected = model.apply(index, term, command, result);
      String what = index + ": " + command;
      assertThat(result).as(what).isEqualTo(expected);
      assertThat(ResultCodec.decode(ResultCodec.encode(result))).isEqualTo(result);
      List<LockEvent> events = machine.drainEvents();
      if (!events.equals(model.events)) {
        assertThat(sorted(events)).as(what).isEqualTo(sorted(model.events));
      }
      checkTokens(events);
      compareState(what);
      if (result instanceof CommandResult.SessionOpened opened) {
        commands.opened(opened.session());
      }
      seen.merge(result.getClass().getSimpleName(), 1, Integer::sum);
      readOnInTheView();
      if (random.nextInt(200) == 0) {
        machine = restored();
      }
    }

    private static List<String> sorted(List<LockEvent> events) {
      return events.stream().map(LockEvent::toString).sorted().toList();
    }

    private void checkTokens(List<LockEvent> events) {
      for (LockEvent event : events) {
        if (event instanceof LockEvent.Granted granted) {
          long token = granted.token().value();
          Long before = tokens.put(granted.lock(), token);
          assertThat(token).isGreaterThan(before == null ? 0 : before);
        }
      }
    }

    private void compareState(String what) {
      machine.checkInvariants();
      assertThat(machine.counts()).as(what).isEqualTo(model.counts());
      if (random.nextInt(4) == 0) {
        assertThat(machine.locks("", "", 100)).as(what).isEqualTo(model.lockViews());
        assertThat(machine.sessions(0, 100)).as(what).isEqualTo(model.sessionViews());
      }
    }

    /** A view is always open; it must give the state of its beginning, whatever happens since. */
    private void readOnInTheView() {
      if (random.nextInt(3) > 0) {
        return;
      }
      byte[] piece = view.nextChunk(1_024 + random.nextInt(200));
      if (piece != null) {
        viewPieces.add(piece);
        return;
      }
      assertThat(Snapshots.join(viewPieces)).isEqualTo(viewExpected);
      view.close();
      viewExpected = Snapshots.bytes(machine);
      viewPieces = new ArrayList<>();
      view = machine.beginSnapshot();
    }

    private LockStateMachine restored() {
      byte[] bytes = Snapshots.bytes(machine);
      LockStateMachine twin = new LockStateMachine();
      StateMachine.Restore restore = twin.beginRestore();
      int from = 0;
      while (from < bytes.length) {
        int to = Math.min(bytes.length, from + random.nextInt(300));
        restore.accept(java.util.Arrays.copyOfRange(bytes, from, to));
        from = to;
      }
      restore.finish();
      twin.checkInvariants();
      assertThat(Snapshots.bytes(twin)).isEqualTo(bytes);
      assertThat(twin.stateDigest()).isEqualTo(machine.stateDigest());
      return twin;
    }
  }
}
