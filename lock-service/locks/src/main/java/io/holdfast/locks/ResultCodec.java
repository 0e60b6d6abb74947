package io.holdfast.locks;

import io.holdfast.locks.CommandResult.Granted;
import io.holdfast.locks.CommandResult.WaitLink;
import io.holdfast.locks.wire.WireException;
import io.holdfast.locks.wire.WireReader;
import io.holdfast.locks.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Results as bytes: a version, a number for the result, its fields in order. Canonical like {@link
 * CommandCodec}; results stand in snapshots, where equal states must have equal bytes.
 */
public final class ResultCodec {
  /** The version this class writes, and the only one it reads. */
  public static final int VERSION = 1;

  /** Characters kept of a {@link CommandResult.Malformed} problem. */
  static final int PROBLEM_BYTES_MAX = 1_024;

  private static final int FIELD_BYTES_MAX = 64;

  private static final SessionEnd[] SESSION_ENDS = {SessionEnd.EXPIRED, SessionEnd.CLOSED};
  private static final WaitEnd[] WAIT_ENDS = {
    WaitEnd.CANCELLED, WaitEnd.TIMEOUT, WaitEnd.SESSION_ENDED, WaitEnd.REPLACED
  };

  private ResultCodec() {}

  public static byte[] encode(CommandResult result) {
    WireWriter out = new WireWriter(64).u8(VERSION);
    write(out, result);
    return out.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not the encoding of a result; never anything
   *     else
   */
  public static CommandResult decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    int version = in.u8("version");
    if (version != VERSION) {
      throw new WireException("result version " + version + " is unknown; " + VERSION + " is read");
    }
    CommandResult result = read(in);
    in.end();
    return result;
  }

  static void write(WireWriter out, CommandResult result) {
    if (result instanceof CommandResult.Refusal refusal) {
      RefusalCodec.write(out, refusal);
    } else if (result instanceof Granted granted) {
      granted(out.u8(1), granted);
    } else if (result instanceof CommandResult.Released released) {
      lockAndToken(out.u8(2), released.lock(), released.token());
    } else if (result instanceof CommandResult.Queued queued) {
      out.u8(3).number(queued.position());
    } else if (result instanceof CommandResult.Busy busy) {
      out.u8(4).text(busy.lock().value());
      holders(out, busy.holders());
      out.number(busy.holderCount()).number(busy.waiterCount());
    } else if (result instanceof CommandResult.GrantedAll all) {
      out.u8(5).number(all.grants().size());
      all.grants().forEach(granted -> granted(out, granted));
    } else if (result instanceof CommandResult.WaitCancelled cancelled) {
      Fields.requestId(out.u8(6), cancelled.request());
      out.u8(indexOf(WAIT_ENDS, cancelled.reason()));
    } else if (result instanceof CommandResult.Published published) {
      lockAndToken(out.u8(7), published.lock(), published.token());
    } else if (result instanceof CommandResult.SessionOpened opened) {
      out.u8(8).number(opened.session()).number(opened.ttlMillis());
    } else {
      writeRare(out, result);
    }
  }

  private static void writeRare(WireWriter out, CommandResult result) {
    if (result instanceof CommandResult.SessionClosed closed) {
      out.u8(9).number(closed.session());
    } else if (result instanceof CommandResult.SessionsExpired expired) {
      out.u8(10).number(expired.sessions().size());
      expired.sessions().forEach(out::number);
    } else if (result instanceof CommandResult.ForceReleased forced) {
      out.u8(11).text(forced.lock().value()).number(forced.holders());
    } else if (result instanceof CommandResult.Forgotten forgotten) {
      out.u8(12).text(forgotten.lock().value()).number(forgotten.tokenFloor());
    } else if (result instanceof CommandResult.Configured configured) {
      limits(out.u8(13), configured.limits());
    } else if (result instanceof CommandResult.TokenFloorRaised raised) {
      out.u8(14).number(raised.tokenFloor());
    } else {
      throw new IllegalArgumentException("no encoding for " + result);
    }
  }

  static CommandResult read(WireReader in) {
    int number = in.u8("result");
    if (number >= RefusalCodec.FIRST_NUMBER) {
      return RefusalCodec.read(number, in);
    }
    return switch (number) {
      case 1 -> granted(in);
      case 2 -> new CommandResult.Released(Fields.lock(in), Fields.token(in));
      case 3 -> new CommandResult.Queued(in.number("position", Integer.MAX_VALUE));
      case 4 -> new CommandResult.Busy(Fields.lock(in), holders(in), count(in), count(in));
      case 5 -> new CommandResult.GrantedAll(grants(in));
      case 6 ->
          new CommandResult.WaitCancelled(
              Fields.requestId(in), WAIT_ENDS[in.number("reason", WAIT_ENDS.length - 1)]);
      case 7 -> new CommandResult.Published(Fields.lock(in), Fields.token(in));
      case 8 -> new CommandResult.SessionOpened(in.number("session"), in.number("ttlMillis"));
      case 9 -> new CommandResult.SessionClosed(in.number("session"));
      case 10 -> new CommandResult.SessionsExpired(sessions(in));
      case 11 -> new CommandResult.ForceReleased(Fields.lock(in), count(in));
      case 12 -> new CommandResult.Forgotten(Fields.lock(in), in.number("tokenFloor"));
      case 13 -> new CommandResult.Configured(limits(in));
      case 14 -> new CommandResult.TokenFloorRaised(in.number("tokenFloor"));
      default -> throw new WireException("result number " + number + " is unknown");
    };
  }

  private static void granted(WireWriter out, Granted granted) {
    lockAndToken(out, granted.lock(), granted.token());
    out.number(granted.index());
  }

  private static Granted granted(WireReader in) {
    return new Granted(Fields.lock(in), Fields.token(in), in.number("index"));
  }

  private static List<Granted> grants(WireReader in) {
    int count = in.number("grants", (int) Limit.LOCKS_PER_REQUEST.max());
    List<Granted> grants = new ArrayList<>(count);
    for (int at = 0; at < count; at++) {
      grants.add(granted(in));
    }
    return grants;
  }

  private static List<Long> sessions(WireReader in) {
    int count = in.number("sessions", Command.ExpireSessions.SESSIONS_MAX);
    List<Long> sessions = new ArrayList<>(Math.min(count, in.remaining()));
    for (int at = 0; at < count; at++) {
      sessions.add(in.number("session"));
    }
    return sessions;
  }

  static void lockAndToken(WireWriter out, LockName lock, FencingToken token) {
    out.text(lock.value()).number(token.value());
  }

  static int count(WireReader in) {
    return in.number("count", Integer.MAX_VALUE);
  }

  static void holders(WireWriter out, List<Holder> holders) {
    out.number(holders.size());
    for (Holder holder : holders) {
      out.number(holder.session()).text(holder.owner()).number(holder.token().value());
      Fields.mode(out, holder.mode());
      out.number(holder.grantedAt());
    }
  }

  static List<Holder> holders(WireReader in) {
    int count = in.number("holders", CommandResult.HOLDERS_MAX);
    List<Holder> holders = new ArrayList<>(count);
    for (int at = 0; at < count; at++) {
      holders.add(
          new Holder(
              in.number("session"),
              Fields.owner(in),
              Fields.token(in),
              Fields.mode(in),
              in.number("grantedAt")));
    }
    return holders;
  }

  static void cycle(WireWriter out, List<WaitLink> cycle) {
    out.number(cycle.size());
    for (WaitLink link : cycle) {
      out.number(link.session()).text(link.owner()).text(link.lock().value());
    }
  }

  static List<WaitLink> cycle(WireReader in) {
    int count = in.number("cycle", CommandResult.CYCLE_MAX);
    List<WaitLink> cycle = new ArrayList<>(count);
    for (int at = 0; at < count; at++) {
      cycle.add(new WaitLink(in.number("session"), Fields.owner(in), Fields.lock(in)));
    }
    return cycle;
  }

  static void limits(WireWriter out, Limits limits) {
    out.number(Limit.count());
    for (int number = 0; number < Limit.count(); number++) {
      out.number(limits.get(Limit.ofNumber(number)));
    }
  }

  static Limits limits(WireReader in) {
    int count = in.number("limits", Limit.count());
    if (count != Limit.count()) {
      throw new WireException(count + " limits; this version has " + Limit.count());
    }
    Limits limits = Limits.DEFAULTS;
    for (int number = 0; number < count; number++) {
      limits = limits.with(Limit.ofNumber(number), in.number("limit"));
    }
    return limits;
  }

  static void sessionEnd(WireWriter out, SessionEnd reason) {
    out.u8(indexOf(SESSION_ENDS, reason));
  }

  static SessionEnd sessionEnd(WireReader in) {
    return SESSION_ENDS[in.number("reason", SESSION_ENDS.length - 1)];
  }

  static String field(WireReader in) {
    return in.text("field", FIELD_BYTES_MAX);
  }

  private static int indexOf(Object[] values, Object wanted) {
    for (int at = 0; at < values.length; at++) {
      if (values[at] == wanted) {
        return at;
      }
    }
    throw new IllegalArgumentException("no number for " + wanted);
  }
}
