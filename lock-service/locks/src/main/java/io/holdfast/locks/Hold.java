package io.holdfast.locks;

import org.jspecify.annotations.Nullable;

/** A grant in force, linked into the list of its lock (by token) and of its session. */
final class Hold {
  final LockRecord lock;
  final SessionRecord session;
  final String owner;
  final int demand;
  final long token;
  final long grantedAt;
  @Nullable LockValue value;

  @Nullable Hold previousOfLock;
  @Nullable Hold nextOfLock;
  @Nullable Hold previousOfSession;
  @Nullable Hold nextOfSession;

  Hold(LockRecord lock, Asker asker, int demand, long token, long grantedAt) {
    this.lock = lock;
    this.session = asker.session();
    this.owner = asker.owner();
    this.demand = demand;
    this.token = token;
    this.grantedAt = grantedAt;
  }

  boolean isOf(SessionRecord someSession, String someOwner) {
    return session == someSession && owner.equals(someOwner);
  }

  Holder view() {
    return new Holder(
        session.id,
        owner,
        new FencingToken(token),
        Demand.mode(demand, lock.semaphoreLimit),
        grantedAt);
  }

  CommandResult.Granted answer() {
    return new CommandResult.Granted(lock.name, new FencingToken(token), grantedAt);
  }
}
