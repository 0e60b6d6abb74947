package io.holdfast.locks;

import io.holdfast.locks.Answers.Answer;
import io.holdfast.locks.SessionRecord.NonceKey;
import io.holdfast.locks.wire.Utf8;
import io.holdfast.locks.wire.WireException;
import io.holdfast.locks.wire.WireReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Builds a state from the frames of a snapshot. It accepts no more than what {@link SnapshotFormat}
 * writes: frames in their order, keys ascending, references that lead somewhere; and the finished
 * state must pass the {@link Invariants}.
 */
final class StateBuilder {
  /** A wait whose locks come later in the snapshot. */
  private record ReadWait(Asking asking, RequestId request, long queuedAt) {}

  private final State state = new State();
  private final List<ReadWait> waits = new ArrayList<>();
  private final List<LockRecord> idle = new ArrayList<>();
  private int lastType;
  private long lastSession;
  private String lastLock = "";

  void add(int type, WireReader in) {
    if (type < lastType || (type == SnapshotFormat.HEADER) != (lastType == 0)) {
      throw new WireException("frame type " + type + " follows type " + lastType);
    }
    lastType = type;
    switch (type) {
      case SnapshotFormat.HEADER -> header(in);
      case SnapshotFormat.ENDED_SESSION -> ended(in);
      case SnapshotFormat.ADMIN_ANSWER -> adminAnswer(in);
      case SnapshotFormat.SESSION -> session(in);
      case SnapshotFormat.LOCK -> lock(in);
      default -> throw new WireException("frame type " + type + " is unknown");
    }
  }

  void end(long sessions, long locks) {
    if (lastType == 0 || sessions != state.sessions.size() || locks != state.locks.size()) {
      throw new WireException(
          "it announces " + sessions + " sessions and " + locks + " locks, and has others");
    }
  }

  /**
   * @throws IllegalArgumentException if the frames contradict each other
   */
  State build() {
    try {
      linkWaits();
      idle.sort(
          Comparator.comparingLong((LockRecord lock) -> lock.changedAt)
              .thenComparing(lock -> lock.name));
      idle.stream().filter(LockRecord::isIdle).forEach(state.locks::linkIdle);
      new Invariants(state).check();
    } catch (IllegalStateException broken) {
      throw new WireException("the snapshot contradicts itself: " + broken.getMessage(), broken);
    }
    return state;
  }

  private void header(WireReader in) {
    state.limits = ResultCodec.limits(in);
    state.tokenFloor = in.number("tokenFloor");
    state.raisedFloor = in.number("raisedFloor");
    state.tokenMax = in.number("tokenMax");
  }

  private void ended(WireReader in) {
    long id = in.number("session");
    NonceKey nonce = nonce(in);
    if (state.ended.get(id) != null || state.ended.get(nonce) != null) {
      throw new WireException("session " + id + " ended twice");
    }
    state.ended.add(
        new EndedSessions.Ended(id, nonce, ResultCodec.sessionEnd(in)), Limit.ENDED_SESSIONS.max());
  }

  private NonceKey nonce(WireReader in) {
    String principal = in.text("principal", Command.PRINCIPAL_BYTES_MAX);
    String nonce = in.text("nonce", Command.NONCE_BYTES_MAX);
    return new NonceKey(
        state.texts.share(Utf8.require("principal", principal, 0, Command.PRINCIPAL_BYTES_MAX)),
        Utf8.require("nonce", nonce, 1, Command.NONCE_BYTES_MAX));
  }

  private void adminAnswer(WireReader in) {
    String nonce = in.text("nonce", Command.NONCE_BYTES_MAX);
    if (state.adminAnswers.get(nonce) != null) {
      throw new WireException("the nonce " + nonce + " is answered twice");
    }
    state.adminAnswers.add(
        new AdminAnswers.AdminAnswer(nonce, ResultCodec.read(in)), Limit.ADMIN_ANSWERS.max());
  }

  private void session(WireReader in) {
    long id = in.number("session");
    if (id <= lastSession) {
      throw new WireException("session " + id + " follows session " + lastSession);
    }
    lastSession = id;
    long ttlMillis = in.number("ttlMillis");
    NonceKey nonce = nonce(in);
    int metadataMax = (int) Limit.METADATA_BYTES.max();
    String metadata = Utf8.require("metadata", in.text("metadata", metadataMax), 0, metadataMax);
    SessionRecord session = new SessionRecord(id, ttlMillis, nonce, metadata);
    if (state.byNonce.containsKey(nonce)) {
      throw new WireException("session " + id + " has the nonce of another");
    }
    answers(in, session);
    int waitCount = in.number("waits", (int) Limit.WAITS_PER_SESSION.max());
    for (int at = 0; at < waitCount; at++) {
      waits.add(readWait(in, session));
    }
    state.addSession(session);
  }

  private void answers(WireReader in, SessionRecord session) {
    Answers answers = session.answers;
    answers.acknowledge(in.number("acknowledged"));
    int sequences = in.number("sequences", (int) Limit.CACHED_ANSWERS.max());
    long last = 0;
    for (int at = 0; at < sequences; at++) {
      long number = in.number("sequence");
      if (number <= last || number < answers.acknowledgedBelow()) {
        throw new WireException("sequence " + number + " is out of order");
      }
      last = number;
      answers.put(RequestId.of(number), answer(in), UNBOUNDED);
    }
    int keys = in.number("keys", (int) Limit.CACHED_KEYS.max());
    for (int at = 0; at < keys; at++) {
      RequestId key = RequestId.of(in.text("key", RequestId.Key.BYTES_MAX));
      if (answers.get(key) != null) {
        throw new WireException("key " + key + " is answered twice");
      }
      answers.put(key, answer(in), UNBOUNDED);
    }
  }

  private static final Limits UNBOUNDED =
      Limits.DEFAULTS
          .with(Limit.CACHED_ANSWERS, Limit.CACHED_ANSWERS.max())
          .with(Limit.CACHED_KEYS, Limit.CACHED_KEYS.max());

  private static Answer answer(WireReader in) {
    int fingerprint = in.int32("fingerprint");
    return new Answer(ResultCodec.read(in), fingerprint);
  }

  private ReadWait readWait(WireReader in, SessionRecord session) {
    long queuedAt = in.number("queuedAt");
    RequestId request = Fields.requestId(in);
    int fingerprint = in.int32("fingerprint");
    Asker asker = new Asker(session, requireOwner(Fields.owner(in)));
    boolean all = in.flag("all");
    long waitMillis = Fields.waitMillis(in);
    List<Command.Item> items = Fields.items(in);
    if (items.isEmpty() || (!all && items.size() > 1)) {
      throw new WireException("request " + request + " waits for " + items.size() + " locks");
    }
    return new ReadWait(new Asking(asker, items, all, waitMillis, fingerprint), request, queuedAt);
  }

  private String requireOwner(String owner) {
    return state.texts.share(Utf8.require("owner", owner, 1, (int) Limit.OWNER_BYTES.max()));
  }

  private void lock(WireReader in) {
    LockName name = Fields.lock(in);
    if (name.value().compareTo(lastLock) <= 0) {
      throw new WireException("lock " + name + " follows lock " + lastLock);
    }
    lastLock = name.value();
    LockRecord lock = state.addLock(name, in.number("limit", Integer.MAX_VALUE));
    lock.lastToken = in.number("lastToken");
    lock.changedAt = in.number("changedAt");
    int holds = in.number("holders", Integer.MAX_VALUE);
    for (int at = 0; at < holds; at++) {
      hold(in, lock);
    }
    if (holds == 0) {
      idle.add(lock);
    }
  }

  private void hold(WireReader in, LockRecord lock) {
    long sessionId = in.number("session");
    SessionRecord session = state.sessions.get(sessionId);
    if (session == null) {
      throw new WireException("lock " + lock.name + " is held by session " + sessionId);
    }
    Asker asker = new Asker(session, requireOwner(Fields.owner(in)));
    long token = in.number("token");
    long grantedAt = in.number("grantedAt");
    int demand = in.number("demand", Integer.MAX_VALUE) - 1;
    Hold hold = new Hold(lock, asker, demand, token, grantedAt);
    if (in.flag("value")) {
      hold.value = LockValue.of(in.bytes("value", (int) Limit.VALUE_BYTES.max()));
    }
    state.link(hold);
  }

  private void linkWaits() {
    waits.sort(Comparator.comparingLong(ReadWait::queuedAt));
    for (ReadWait wait : waits) {
      LockRecord[] locks = new LockRecord[wait.asking().size()];
      for (int at = 0; at < locks.length; at++) {
        LockRecord lock = state.locks.get(wait.asking().lock(at));
        AcquireMode mode = wait.asking().mode(at);
        if (lock == null
            || lock.kind() != mode.kind()
            || lock.semaphoreLimit != Demand.semaphoreLimit(mode)) {
          throw new WireException("request " + wait.request() + " waits for what is not there");
        }
        locks[at] = lock;
      }
      SessionRecord session = wait.asking().asker().session();
      if (session.waitOf(wait.request()) != null) {
        throw new WireException("request " + wait.request() + " waits twice");
      }
      state.link(new Wait(wait.asking(), wait.request(), wait.queuedAt(), locks));
    }
  }
}
