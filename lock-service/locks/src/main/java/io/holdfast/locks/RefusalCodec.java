package io.holdfast.locks;

import io.holdfast.locks.CommandResult.Refusal;
import io.holdfast.locks.wire.WireException;
import io.holdfast.locks.wire.WireReader;
import io.holdfast.locks.wire.WireWriter;

/** The refusals among the results; the other half of {@link ResultCodec}. */
final class RefusalCodec {
  static final int FIRST_NUMBER = 32;

  private RefusalCodec() {}

  static void write(WireWriter out, Refusal refusal) {
    if (refusal instanceof CommandResult.SessionExpired expired) {
      out.u8(32).number(expired.session());
      ResultCodec.sessionEnd(out, expired.reason());
    } else if (refusal instanceof CommandResult.UnknownSession unknown) {
      out.u8(33).number(unknown.session());
    } else if (refusal instanceof CommandResult.StaleTerm stale) {
      out.u8(34).number(stale.judgedIn()).number(stale.entryTerm());
    } else if (refusal instanceof CommandResult.RequestTooOld old) {
      Fields.requestId(out.u8(35), old.request());
      out.number(old.acknowledgedBelow());
    } else if (refusal instanceof CommandResult.RequestIdReused reused) {
      Fields.requestId(out.u8(36), reused.request());
    } else if (refusal instanceof CommandResult.NoSuchWait none) {
      Fields.requestId(out.u8(37), none.request());
    } else if (refusal instanceof CommandResult.LimitExceeded exceeded) {
      out.u8(39).text(exceeded.field()).number(exceeded.value()).number(exceeded.limit());
    } else if (refusal instanceof CommandResult.Malformed malformed) {
      out.u8(46).text(malformed.problem());
    } else {
      writeOfLock(out, refusal);
    }
  }

  private static void writeOfLock(WireWriter out, Refusal refusal) {
    if (refusal instanceof CommandResult.NotHolder not) {
      ResultCodec.lockAndToken(out.u8(38), not.lock(), not.token());
      ResultCodec.holders(out, not.holders());
      out.number(not.holderCount());
    } else if (refusal instanceof CommandResult.LimitMismatch mismatch) {
      out.u8(40).text(mismatch.lock().value());
      out.number(mismatch.limitInForce()).number(mismatch.limitAsked());
    } else if (refusal instanceof CommandResult.KindMismatch mismatch) {
      out.u8(41).text(mismatch.lock().value());
      out.flag(mismatch.kindInForce() == LockKind.SEMAPHORE);
    } else if (refusal instanceof CommandResult.HeldOtherwise held) {
      ResultCodec.lockAndToken(out.u8(42), held.lock(), held.token());
      Fields.mode(out, held.held());
    } else if (refusal instanceof CommandResult.PartlyHeld partly) {
      ResultCodec.lockAndToken(out.u8(43), partly.lock(), partly.token());
    } else if (refusal instanceof CommandResult.Deadlock deadlock) {
      ResultCodec.cycle(out.u8(44), deadlock.cycle());
    } else if (refusal instanceof CommandResult.InUse inUse) {
      out.u8(45).text(inUse.lock().value()).number(inUse.holders()).number(inUse.waiters());
    } else {
      throw new IllegalArgumentException("no encoding for " + refusal);
    }
  }

  static Refusal read(int number, WireReader in) {
    return switch (number) {
      case 32 -> new CommandResult.SessionExpired(in.number("session"), ResultCodec.sessionEnd(in));
      case 33 -> new CommandResult.UnknownSession(in.number("session"));
      case 34 -> new CommandResult.StaleTerm(in.number("judgedIn"), in.number("entryTerm"));
      case 35 -> new CommandResult.RequestTooOld(Fields.requestId(in), in.number("acknowledged"));
      case 36 -> new CommandResult.RequestIdReused(Fields.requestId(in));
      case 37 -> new CommandResult.NoSuchWait(Fields.requestId(in));
      case 38 ->
          new CommandResult.NotHolder(
              Fields.lock(in), Fields.token(in), ResultCodec.holders(in), ResultCodec.count(in));
      case 39 ->
          new CommandResult.LimitExceeded(
              ResultCodec.field(in), in.number("value"), in.number("limit"));
      case 40 ->
          new CommandResult.LimitMismatch(
              Fields.lock(in), ResultCodec.count(in), ResultCodec.count(in));
      case 41 ->
          new CommandResult.KindMismatch(
              Fields.lock(in), in.flag("kind") ? LockKind.SEMAPHORE : LockKind.READ_WRITE);
      case 42 ->
          new CommandResult.HeldOtherwise(Fields.lock(in), Fields.token(in), Fields.mode(in));
      case 43 -> new CommandResult.PartlyHeld(Fields.lock(in), Fields.token(in));
      case 44 -> new CommandResult.Deadlock(ResultCodec.cycle(in));
      case 45 ->
          new CommandResult.InUse(Fields.lock(in), ResultCodec.count(in), ResultCodec.count(in));
      case 46 -> new CommandResult.Malformed(in.text("problem", ResultCodec.PROBLEM_BYTES_MAX));
      default -> throw new WireException("result number " + number + " is unknown");
    };
  }
}
