package io.holdfast.locks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request that must wait would wait for ever. Nodes are owners within sessions;
 * an owner that waits is taken to release nothing until it is granted. It needs whoever stands
 * before it in a queue, and the holders it is incompatible with: all of them for an exclusive or
 * shared request, so many that the permits suffice for a semaphore.
 *
 * <p>Owners that wait for nothing are free; so is, step by step, everybody whose needs are free. If
 * the asking owner is not, its request closes a cycle, since nobody was stuck before it.
 *
 * <p>The search looks at no more than {@link #STEPS_MAX} holders and queue entries, so that one
 * command has a bounded cost; a cycle that needs more to be seen is not refused, and is left to the
 * time-outs of its waits.
 */
final class DeadlockSearch {
  static final int STEPS_MAX = 10_000;
  private static final int PASSES_MAX = 100;
  private static final int HOLDS_LOOKED_THROUGH_MAX = 256;

  private record Key(long session, String owner) {}

  /** An owner, what it needs, and how the search for the cycle came to it. */
  private static final class Node {
    final Asker asker;
    final List<Need> needs = new ArrayList<>(2);
    boolean free;
    @Nullable Node cameFrom;
    @Nullable LockRecord cameOver;

    Node(Asker asker) {
      this.asker = asker;
    }
  }

  /**
   * What must give way at one lock.
   *
   * @param room permits that stuck owners may keep; 0 if all must give way
   */
  private record Need(LockRecord lock, int room, List<Edge> edges) {
    boolean isMet() {
      long stuckPermits = 0;
      for (Edge edge : edges) {
        stuckPermits += edge.node.free ? 0 : edge.permits;
      }
      return stuckPermits <= room;
    }
  }

  private record Edge(Node node, int permits) {}

  private final Asking asking;
  private final @Nullable LockRecord[] locks;
  private final Map<Key, Node> nodes = new LinkedHashMap<>();
  private final Deque<Node> toExpand = new ArrayDeque<>();
  private int steps;

  DeadlockSearch(Asking asking, @Nullable LockRecord[] locks) {
    this.asking = asking;
    this.locks = locks;
  }

  CommandResult.@Nullable Deadlock refusal() {
    if (nobodyNeeds(asking.asker())) {
      return null;
    }
    Node start = node(asking.asker());
    for (int at = 0; at < locks.length; at++) {
      LockRecord lock = locks[at];
      if (lock != null) {
        addNeeds(start, lock, lock.lastWaiter, asking.demand(at));
      }
    }
    while (!toExpand.isEmpty()) {
      expand(toExpand.remove());
      if (steps > STEPS_MAX) {
        return null;
      }
    }
    return settle() && !start.free ? cycle(start) : null;
  }

  /** An owner that holds nothing and stands in no queue is in nobody's way. */
  private static boolean nobodyNeeds(Asker asker) {
    SessionRecord session = asker.session();
    if (session.waitCount() > 0 || session.holdCount > HOLDS_LOOKED_THROUGH_MAX) {
      return false;
    }
    for (Hold hold = session.firstHold; hold != null; hold = hold.nextOfSession) {
      if (hold.owner.equals(asker.owner())) {
        return false;
      }
    }
    return true;
  }

  private Node node(Asker asker) {
    return nodes.computeIfAbsent(
        new Key(asker.session().id, asker.owner()),
        key -> {
          Node node = new Node(asker);
          toExpand.add(node);
          return node;
        });
  }

  private void expand(Node node) {
    steps += node.asker.session().waitCount();
    for (Wait wait : node.asker.session().waitsOf(node.asker.owner())) {
      for (QueueEntry entry : wait.entries) {
        addNeeds(node, entry.lock, entry.previous, entry.demand);
      }
    }
  }

  /**
   * What a request needs at a lock. Of those before it in the queue the last one is enough, because
   * that one needs the others; holders are left to it too if it needs all of them itself.
   */
  private void addNeeds(Node node, LockRecord lock, @Nullable QueueEntry before, int demand) {
    steps++;
    if (before != null) {
      node.needs.add(new Need(lock, 0, List.of(new Edge(node(before.wait.asker), 1))));
      if (before.demand == Demand.EXCLUSIVE) {
        return;
      }
    }
    if (lock.firstHold == null
        || (demand == Demand.SHARED && lock.firstHold.demand == Demand.SHARED)) {
      return;
    }
    List<Edge> edges = new ArrayList<>();
    for (Hold hold = lock.firstHold; hold != null && steps++ <= STEPS_MAX; hold = hold.nextOfLock) {
      Node holder = node(new Asker(hold.session, hold.owner));
      edges.add(new Edge(holder, Math.max(1, hold.demand)));
    }
    node.needs.add(new Need(lock, demand > 0 ? lock.semaphoreLimit - demand : 0, edges));
  }

  /** Frees whoever can be freed; false if that took too long to be sure. */
  private boolean settle() {
    List<Node> fromTheEnd = new ArrayList<>(nodes.values());
    Collections.reverse(fromTheEnd);
    for (int pass = 0; pass < PASSES_MAX; pass++) {
      boolean changed = false;
      for (Node node : fromTheEnd) {
        if (!node.free && node.needs.stream().allMatch(Need::isMet)) {
          node.free = true;
          changed = true;
        }
      }
      if (!changed) {
        return true;
      }
    }
    return false;
  }

  /** The shortest cycle of stuck owners through the asking one, by breadth-first search. */
  private static CommandResult.@Nullable Deadlock cycle(Node start) {
    Deque<Node> toVisit = new ArrayDeque<>();
    toVisit.add(start);
    while (!toVisit.isEmpty()) {
      Node node = toVisit.remove();
      for (Need need : node.needs) {
        if (need.isMet()) {
          continue;
        }
        for (Edge edge : need.edges()) {
          Node next = edge.node();
          if (next == start) {
            return new CommandResult.Deadlock(links(start, node, need.lock()));
          }
          if (!next.free && next.cameOver == null) {
            next.cameFrom = node;
            next.cameOver = need.lock();
            toVisit.add(next);
          }
        }
      }
    }
    return null;
  }

  private static List<CommandResult.WaitLink> links(Node start, Node last, LockRecord lastLock) {
    List<CommandResult.WaitLink> links = new ArrayList<>();
    Node node = last;
    LockRecord lock = lastLock;
    while (node != null && lock != null) {
      links.add(new CommandResult.WaitLink(node.asker.session().id, node.asker.owner(), lock.name));
      lock = node.cameOver;
      node = node == start ? null : node.cameFrom;
    }
    Collections.reverse(links);
    return links.size() <= CommandResult.CYCLE_MAX
        ? links
        : links.subList(0, CommandResult.CYCLE_MAX);
  }
}
