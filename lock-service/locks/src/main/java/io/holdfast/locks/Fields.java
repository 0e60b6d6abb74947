package io.holdfast.locks;

import io.holdfast.locks.Command.Item;
import io.holdfast.locks.wire.WireException;
import io.holdfast.locks.wire.WireReader;
import io.holdfast.locks.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/** Fields that commands, results and snapshots have in common. */
final class Fields {
  private static final int SEQUENCE = 0;
  private static final int KEY = 1;

  private static final int EXCLUSIVE = 0;
  private static final int SHARED = 1;
  private static final int SEMAPHORE = 2;

  private Fields() {}

  static WireWriter request(WireWriter out, Request request) {
    out.number(request.session());
    requestId(out, request.id());
    return out.number(request.acknowledgedBelow());
  }

  static Request request(WireReader in) {
    return new Request(in.number("session"), requestId(in), in.number("acknowledged"));
  }

  static void requestId(WireWriter out, RequestId id) {
    if (id instanceof RequestId.Sequence sequence) {
      out.u8(SEQUENCE).number(sequence.number());
    } else if (id instanceof RequestId.Key key) {
      out.u8(KEY).text(key.key());
    }
  }

  static RequestId requestId(WireReader in) {
    int form = in.u8("requestId");
    return switch (form) {
      case SEQUENCE -> new RequestId.Sequence(in.number("requestId"));
      case KEY -> new RequestId.Key(in.text("requestId", RequestId.Key.BYTES_MAX));
      default -> throw new WireException("requestId form " + form + " is unknown");
    };
  }

  /** Shifted by one, so that a wait for ever is 0 and every value one number. */
  static void waitMillis(WireWriter out, long waitMillis) {
    out.number(waitMillis - Command.WAIT_FOR_EVER);
  }

  static long waitMillis(WireReader in) {
    return in.number("waitMillis") + Command.WAIT_FOR_EVER;
  }

  static LockName lock(WireReader in) {
    return new LockName(in.text("lock", LockName.BYTES_MAX));
  }

  static String owner(WireReader in) {
    return in.text("owner", (int) Limit.OWNER_BYTES.max());
  }

  static FencingToken token(WireReader in) {
    return new FencingToken(in.number("token"));
  }

  static void mode(WireWriter out, AcquireMode mode) {
    if (mode instanceof AcquireMode.Semaphore semaphore) {
      out.u8(SEMAPHORE).number(semaphore.limit()).number(semaphore.permits());
    } else {
      out.u8(mode == AcquireMode.shared() ? SHARED : EXCLUSIVE);
    }
  }

  static AcquireMode mode(WireReader in) {
    int form = in.u8("mode");
    return switch (form) {
      case EXCLUSIVE -> AcquireMode.exclusive();
      case SHARED -> AcquireMode.shared();
      case SEMAPHORE ->
          new AcquireMode.Semaphore(
              in.number("limit", Integer.MAX_VALUE), in.number("permits", Integer.MAX_VALUE));
      default -> throw new WireException("mode " + form + " is unknown");
    };
  }

  static void items(WireWriter out, List<Item> items) {
    out.number(items.size());
    for (Item item : items) {
      out.text(item.lock().value());
      mode(out, item.mode());
    }
  }

  /** Items in strictly ascending order of names, as they are written. */
  static List<Item> items(WireReader in) {
    int count = in.number("locks", (int) Limit.LOCKS_PER_REQUEST.max());
    List<Item> items = new ArrayList<>(Math.min(count, in.remaining()));
    for (int at = 0; at < count; at++) {
      LockName lock = lock(in);
      if (at > 0 && items.get(at - 1).lock().compareTo(lock) >= 0) {
        throw new WireException("lock " + lock + " is not in the order of names");
      }
      items.add(new Item(lock, mode(in)));
    }
    return items;
  }
}
