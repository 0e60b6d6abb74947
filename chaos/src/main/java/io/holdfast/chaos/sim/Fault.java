package io.holdfast.chaos.sim;

import java.util.Locale;

/** The kinds of trouble, by the names that {@code --faults} takes. */
public enum Fault {
  /** A peer, or several, end as by kill -9 and are started again. */
  CRASH,
  /** One peer is cut off, or the peers fall into halves, a bridge or a ring. */
  PARTITION,
  /** Messages pass in one direction only. */
  ONE_WAY,
  /** Messages of some links are held back, then come all at once. */
  CLOG,
  /** Messages between peers are lost. */
  LOSS,
  /** Messages between peers arrive twice. */
  DUPLICATION,
  /** Messages between peers overtake each other, some by seconds. */
  REORDERING,
  /** A process stands still. */
  PAUSE,
  /** A disk answers late, for a while. */
  DISK_STALL,
  /** A write fails: the peer must step aside. */
  DISK_ERROR,
  /** Bits of a stopped peer's files change. */
  BIT_FLIP,
  /** Clocks of peers and clients run too fast or too slow. */
  CLOCK_RATE,
  /** A clock jumps ahead. */
  CLOCK_JUMP,
  /** A client's process stands still. */
  CLIENT_PAUSE,
  /** A client's process ends; another takes its place. */
  CLIENT_CRASH,
  /** Connections of clients break, or clients cannot reach a peer. */
  CLIENT_CUT,
  /** Leadership is handed over. */
  TRANSFER,
  /** Members come, are promoted, demoted and removed. */
  MEMBERSHIP;

  /** The name in options and traces: lower case, words joined by hyphens. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
