package io.holdfast.locks;

import io.holdfast.locks.Command.AcquireAll;
import io.holdfast.locks.Command.CancelReason;
import io.holdfast.locks.Command.ExpireSessions;
import io.holdfast.locks.Command.Item;
import io.holdfast.locks.Command.Setting;
import io.holdfast.locks.wire.WireException;
import io.holdfast.locks.wire.WireReader;
import io.holdfast.locks.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands as bytes: a version, a number for the command, its fields in order. Canonical: every
 * command has one encoding, and no other bytes are accepted.
 */
public final class CommandCodec {
  /** The version this class writes, and the only one it reads. */
  public static final int VERSION = 1;

  /** Bytes of an encoded command at most. */
  public static final int BYTES_MAX = 256 * 1024;

  private static final int OPEN_SESSION = 1;
  private static final int CLOSE_SESSION = 2;
  private static final int EXPIRE_SESSIONS = 3;
  private static final int ACQUIRE = 4;
  private static final int ACQUIRE_ALL = 5;
  private static final int RELEASE = 6;
  private static final int CANCEL_WAIT = 7;
  private static final int PUBLISH = 8;
  private static final int FORCE_RELEASE = 9;
  private static final int FORGET = 10;
  private static final int CONFIGURE = 11;
  private static final int RAISE_TOKEN_FLOOR = 12;

  private CommandCodec() {}

  public static byte[] encode(Command command) {
    WireWriter out = new WireWriter(96).u8(VERSION);
    if (command instanceof Command.OpenSession open) {
      out.u8(OPEN_SESSION).text(open.nonce()).number(open.ttlMillis());
      out.text(open.metadata()).text(open.principal());
    } else if (command instanceof Command.CloseSession close) {
      out.u8(CLOSE_SESSION).number(close.session());
    } else if (command instanceof ExpireSessions expire) {
      out.u8(EXPIRE_SESSIONS).number(expire.term()).number(expire.sessions().size());
      expire.sessions().forEach(out::number);
    } else if (command instanceof Command.Acquire acquire) {
      Fields.request(out.u8(ACQUIRE), acquire.request());
      out.text(acquire.lock().value()).text(acquire.owner());
      Fields.mode(out, acquire.mode());
      Fields.waitMillis(out, acquire.waitMillis());
    } else if (command instanceof AcquireAll acquireAll) {
      Fields.request(out.u8(ACQUIRE_ALL), acquireAll.request());
      out.text(acquireAll.owner());
      Fields.items(out, acquireAll.items());
      Fields.waitMillis(out, acquireAll.waitMillis());
    } else if (command instanceof Command.Release release) {
      Fields.request(out.u8(RELEASE), release.request());
      out.text(release.lock().value()).text(release.owner()).number(release.token().value());
    } else if (command instanceof Command.Publish publish) {
      Fields.request(out.u8(PUBLISH), publish.request());
      out.text(publish.lock().value()).text(publish.owner()).number(publish.token().value());
      out.bytes(publish.value().toByteArray());
    } else {
      encodeRare(out, command);
    }
    return out.toByteArray();
  }

  private static void encodeRare(WireWriter out, Command command) {
    if (command instanceof Command.CancelWait cancel) {
      out.u8(CANCEL_WAIT).number(cancel.session());
      Fields.requestId(out, cancel.waiting());
      out.flag(cancel.reason() == CancelReason.TIMEOUT);
    } else if (command instanceof Command.ForceRelease force) {
      out.u8(FORCE_RELEASE).text(force.nonce()).text(force.lock().value());
    } else if (command instanceof Command.Forget forget) {
      out.u8(FORGET).text(forget.lock().value());
    } else if (command instanceof Command.Configure configure) {
      out.u8(CONFIGURE).number(configure.settings().size());
      for (Setting setting : configure.settings()) {
        out.u8(setting.limit().number()).number(setting.value());
      }
    } else if (command instanceof Command.RaiseTokenFloor raise) {
      out.u8(RAISE_TOKEN_FLOOR).number(raise.by());
    } else {
      throw new IllegalArgumentException("no encoding for " + command);
    }
  }

  /**
   * @throws IllegalArgumentException if the bytes are not the encoding of a command; never anything
   *     else
   */
  public static Command decode(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new WireException(
          "the command has " + bytes.length + " bytes; at most " + BYTES_MAX + " are allowed");
    }
    WireReader in = new WireReader(bytes);
    int version = in.u8("version");
    if (version != VERSION) {
      throw new WireException(
          "command version " + version + " is unknown; " + VERSION + " is read");
    }
    Command command = decodeBody(in.u8("command"), in);
    in.end();
    return command;
  }

  private static Command decodeBody(int number, WireReader in) {
    return switch (number) {
      case OPEN_SESSION ->
          new Command.OpenSession(
              in.text("nonce", Command.NONCE_BYTES_MAX),
              in.number("ttlMillis"),
              in.text("metadata", (int) Limit.METADATA_BYTES.max()),
              in.text("principal", Command.PRINCIPAL_BYTES_MAX));
      case CLOSE_SESSION -> new Command.CloseSession(in.number("session"));
      case EXPIRE_SESSIONS -> expireSessions(in);
      case ACQUIRE -> {
        Request request = Fields.request(in);
        LockName lock = Fields.lock(in);
        String owner = Fields.owner(in);
        yield new Command.Acquire(request, lock, owner, Fields.mode(in), Fields.waitMillis(in));
      }
      case ACQUIRE_ALL -> acquireAll(in);
      case RELEASE ->
          new Command.Release(
              Fields.request(in), Fields.lock(in), Fields.owner(in), Fields.token(in));
      case CANCEL_WAIT ->
          new Command.CancelWait(
              in.number("session"),
              Fields.requestId(in),
              in.flag("reason") ? CancelReason.TIMEOUT : CancelReason.CANCELLED);
      case PUBLISH ->
          new Command.Publish(
              Fields.request(in),
              Fields.lock(in),
              Fields.owner(in),
              Fields.token(in),
              LockValue.of(in.bytes("value", (int) Limit.VALUE_BYTES.max())));
      case FORCE_RELEASE ->
          new Command.ForceRelease(in.text("nonce", Command.NONCE_BYTES_MAX), Fields.lock(in));
      case FORGET -> new Command.Forget(Fields.lock(in));
      case CONFIGURE -> configure(in);
      case RAISE_TOKEN_FLOOR -> new Command.RaiseTokenFloor(in.number("by"));
      default -> throw new WireException("command number " + number + " is unknown");
    };
  }

  private static Command expireSessions(WireReader in) {
    long term = in.number("term");
    int count = in.number("sessions", ExpireSessions.SESSIONS_MAX);
    List<Long> sessions = new ArrayList<>(Math.min(count, in.remaining()));
    for (int at = 0; at < count; at++) {
      sessions.add(in.number("session"));
    }
    return new ExpireSessions(term, sessions);
  }

  private static Command acquireAll(WireReader in) {
    Request request = Fields.request(in);
    String owner = Fields.owner(in);
    List<Item> items = Fields.items(in);
    return new AcquireAll(request, owner, items, Fields.waitMillis(in));
  }

  private static Command configure(WireReader in) {
    int count = in.number("settings", Limit.count());
    List<Setting> settings = new ArrayList<>(count);
    for (int at = 0; at < count; at++) {
      settings.add(new Setting(Limit.ofNumber(in.u8("limit")), in.number("value")));
    }
    return new Command.Configure(settings);
  }
}
