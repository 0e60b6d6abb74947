package io.holdfast.locks;

import io.holdfast.locks.Answers.Answer;
import io.holdfast.locks.wire.WireWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot as bytes: magic and version, then frames of a type, a length and fields, in this
 * order: one header; the sessions that ended, oldest first; the administrative answers, oldest
 * first; live sessions by id, with their answers and waits; locks by name, with their holders; and
 * an end frame with the number of sessions and locks and the CRC-32C of all bytes before it.
 *
 * <p>What can be derived is left out: queues are the waits of the sessions in the order of their
 * log positions, the idle order is that of (changedAt, name).
 */
final class SnapshotFormat {
  static final byte[] MAGIC = {'H', 'L', 'C', 'K', 1};

  static final int HEADER = 1;
  static final int ENDED_SESSION = 2;
  static final int ADMIN_ANSWER = 3;
  static final int SESSION = 4;
  static final int LOCK = 5;
  static final int END = 6;

  private SnapshotFormat() {}

  static byte[] header(State state) {
    WireWriter out = new WireWriter(128);
    ResultCodec.limits(out, state.limits);
    out.number(state.tokenFloor).number(state.raisedFloor).number(state.tokenMax);
    return frame(HEADER, out);
  }

  static byte[] ended(EndedSessions.Ended ended) {
    WireWriter out = new WireWriter(64).number(ended.id());
    out.text(ended.nonce().principal()).text(ended.nonce().nonce());
    ResultCodec.sessionEnd(out, ended.reason());
    return frame(ENDED_SESSION, out);
  }

  static byte[] adminAnswer(AdminAnswers.AdminAnswer answer) {
    WireWriter out = new WireWriter(64).text(answer.nonce());
    ResultCodec.write(out, answer.result());
    return frame(ADMIN_ANSWER, out);
  }

  static byte[] session(SessionRecord session) {
    WireWriter out = new WireWriter(256).number(session.id).number(session.ttlMillis);
    out.text(session.nonce.principal()).text(session.nonce.nonce()).text(session.metadata);
    answers(out, session.answers);
    List<Wait> waits = session.waitsByPlace();
    out.number(waits.size());
    for (Wait wait : waits) {
      out.number(wait.queuedAt);
      Fields.requestId(out, wait.request);
      out.int32(wait.fingerprint).text(wait.asker.owner()).flag(wait.all);
      Fields.waitMillis(out, wait.waitMillis);
      Fields.items(out, wait.view().items());
    }
    return frame(SESSION, out);
  }

  private static void answers(WireWriter out, Answers answers) {
    out.number(answers.acknowledgedBelow()).number(answers.sequenceCount());
    for (int at = 0; at < answers.sequenceCount(); at++) {
      out.number(answers.sequenceAt(at));
      answer(out, answers.answerAt(at));
    }
    out.number(answers.keys().size());
    for (Map.Entry<String, Answer> entry : answers.keys().entrySet()) {
      out.text(entry.getKey());
      answer(out, entry.getValue());
    }
  }

  private static void answer(WireWriter out, Answer answer) {
    ResultCodec.write(out.int32(answer.fingerprint()), answer.result());
  }

  static byte[] lock(LockRecord lock) {
    WireWriter out = new WireWriter(96).text(lock.name.value());
    out.number(lock.semaphoreLimit).number(lock.lastToken).number(lock.changedAt);
    out.number(lock.holdCount);
    for (Hold hold = lock.firstHold; hold != null; hold = hold.nextOfLock) {
      out.number(hold.session.id).text(hold.owner).number(hold.token).number(hold.grantedAt);
      out.number(hold.demand + 1L);
      value(out, hold.value);
    }
    return frame(LOCK, out);
  }

  private static void value(WireWriter out, @Nullable LockValue value) {
    out.flag(value != null);
    if (value != null) {
      out.bytes(value.toByteArray());
    }
  }

  static byte[] end(long sessions, long locks, int crc) {
    return frame(END, new WireWriter(32).number(sessions).number(locks).int32(crc));
  }

  private static byte[] frame(int type, WireWriter fields) {
    byte[] body = fields.toByteArray();
    return new WireWriter(body.length + 6).u8(type).bytes(body).toByteArray();
  }
}
