package io.holdfast.api;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations a client can ask for. */
public enum Op {
  /** Must come first on a stream: protocol version and credentials. */
  HELLO("hello"),
  /** Opens a session. */
  OPEN_SESSION("openSession"),
  /** Renews a session's TTL. */
  KEEP_ALIVE("keepAlive"),
  /** Ends a session and all it holds. */
  CLOSE_SESSION("closeSession"),
  /** Sends a session's events to this connection from now on. */
  ATTACH("attach"),
  /** Acquires one lock, or joins its queue. */
  ACQUIRE("acquire"),
  /** Acquires several locks, all or nothing. */
  ACQUIRE_ALL("acquireAll"),
  /** Gives a hold back. */
  RELEASE("release"),
  /** Withdraws a waiting acquire. */
  CANCEL_WAIT("cancelWait"),
  /** Sets the value of a lock that the session holds. */
  PUBLISH("publish"),
  /** Asks whether a token is that of a current holder. */
  CHECK("check"),
  /** Reads one lock. */
  GET_LOCK("getLock"),
  /** Lists locks by prefix. */
  LIST_LOCKS("listLocks"),
  /** Lists sessions. */
  LIST_SESSIONS("listSessions"),
  /** Starts a stream of lock events. */
  WATCH("watch"),
  /** Ends a stream of lock events. */
  UNWATCH("unwatch"),
  /** Describes the cluster. */
  CLUSTER("cluster"),
  /** Takes a lock from its holders; an administrator's tool. */
  FORCE_RELEASE("forceRelease"),
  /** Forgets an idle lock; an administrator's tool. */
  FORGET("forget"),
  /** Lists the members of the cluster; an administrator's tool, as those that follow. */
  MEMBERS("members"),
  /** Adds a peer, as a learner. */
  ADD_MEMBER("addMember"),
  /** Lets a learner vote. */
  PROMOTE_MEMBER("promoteMember"),
  /** Makes a voter a learner. */
  DEMOTE_MEMBER("demoteMember"),
  /** Removes a peer for good. */
  REMOVE_MEMBER("removeMember"),
  /** Hands leadership to another voter. */
  TRANSFER("transfer");

  private static final Map<String, Op> BY_NAME = new HashMap<>();

  static {
    for (Op op : values()) {
      BY_NAME.put(op.wireName, op);
    }
  }

  private final String wireName;

  Op(String wireName) {
    this.wireName = wireName;
  }

  /** The value of the {@code op} field. */
  public String wireName() {
    return wireName;
  }

  static @Nullable Op byName(String wireName) {
    return BY_NAME.get(wireName);
  }
}
