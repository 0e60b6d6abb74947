package io.holdfast.locks;

/** The commands that change how the whole state behaves. */
final class AdminCommands {
  /** Tokens stay below it, so that no floor can overflow. */
  private static final long FLOOR_MAX = 1L << 62;

  private final Step step;

  AdminCommands(Step step) {
    this.step = step;
  }

  CommandResult configure(Command.Configure configure) {
    State state = step.state();
    Limits changed = state.limits;
    for (Command.Setting setting : configure.settings()) {
      changed = changed.with(setting.limit(), setting.value());
    }
    long floor = changed.get(Limit.TTL_FLOOR_MILLIS);
    long ceiling = changed.get(Limit.TTL_CEILING_MILLIS);
    if (floor > ceiling) {
      return new CommandResult.LimitExceeded(Limit.TTL_FLOOR_MILLIS.field(), floor, ceiling);
    }
    state.limits = changed;
    state.ended.trim(changed.get(Limit.ENDED_SESSIONS));
    state.adminAnswers.trim(changed.get(Limit.ADMIN_ANSWERS));
    return new CommandResult.Configured(changed);
  }

  CommandResult raiseTokenFloor(long by) {
    State state = step.state();
    long floor = Math.max(state.tokenFloor, state.tokenMax) + by;
    if (floor > FLOOR_MAX) {
      return new CommandResult.LimitExceeded("tokenFloor", floor, FLOOR_MAX);
    }
    state.tokenFloor = floor;
    state.raisedFloor = floor;
    return new CommandResult.TokenFloorRaised(floor);
  }
}
