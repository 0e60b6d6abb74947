package io.holdfast.server.peer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys ordered by a deadline: a binary heap whose nodes know their place, so that a key can be
 * moved or removed in O(log n). Keys with the same deadline come in the order in which they were
 * put. Deadlines are compared by difference, as the values of a monotonic clock must be.
 */
final class DeadlineQueue<K> {
  private final Map<K, Node<K>> nodes = new HashMap<>();
  private final List<Node<K>> heap = new ArrayList<>();
  private long sequence;

  /** Adds a key, or moves it to another deadline. */
  void put(K key, long deadlineNanos) {
    Node<K> node = nodes.get(key);
    if (node == null) {
      node = new Node<>(key);
      nodes.put(key, node);
      node.place = heap.size();
      heap.add(node);
    }
    node.deadlineNanos = deadlineNanos;
    node.sequence = sequence++;
    siftUp(node);
    siftDown(node);
  }

  boolean remove(K key) {
    Node<K> node = nodes.remove(key);
    if (node == null) {
      return false;
    }
    Node<K> last = heap.remove(heap.size() - 1);
    if (last != node) {
      settle(last, node.place);
      siftUp(last);
      siftDown(last);
    }
    return true;
  }

  boolean contains(K key) {
    return nodes.containsKey(key);
  }

  /** Removes and returns the first key whose deadline is reached, or null when there is none. */
  @Nullable K pollDue(long nowNanos) {
    if (heap.isEmpty() || heap.get(0).deadlineNanos - nowNanos > 0) {
      return null;
    }
    K key = heap.get(0).key;
    remove(key);
    return key;
  }

  /**
   * Nanoseconds from {@code nowNanos} to the first deadline: 0 when it is reached, {@link
   * Long#MAX_VALUE} when the queue is empty.
   */
  long untilFirstNanos(long nowNanos) {
    return heap.isEmpty() ? Long.MAX_VALUE : Math.max(0, heap.get(0).deadlineNanos - nowNanos);
  }

  int size() {
    return heap.size();
  }

  void clear() {
    nodes.clear();
    heap.clear();
  }

  private void siftUp(Node<K> node) {
    while (node.place > 0) {
      Node<K> parent = heap.get((node.place - 1) / 2);
      if (!node.isBefore(parent)) {
        return;
      }
      swap(node, parent);
    }
  }

  private void siftDown(Node<K> node) {
    while (true) {
      int left = 2 * node.place + 1;
      if (left >= heap.size()) {
        return;
      }
      Node<K> child = heap.get(left);
      if (left + 1 < heap.size() && heap.get(left + 1).isBefore(child)) {
        child = heap.get(left + 1);
      }
      if (!child.isBefore(node)) {
        return;
      }
      swap(node, child);
    }
  }

  private void swap(Node<K> a, Node<K> b) {
    int place = a.place;
    settle(a, b.place);
    settle(b, place);
  }

  private void settle(Node<K> node, int place) {
    heap.set(place, node);
    node.place = place;
  }

  private static final class Node<K> {
    private final K key;
    private long deadlineNanos;
    private long sequence;
    private int place;

    private Node(K key) {
      this.key = key;
    }

    private boolean isBefore(Node<K> other) {
      long difference = deadlineNanos - other.deadlineNanos;
      return difference < 0 || (difference == 0 && sequence < other.sequence);
    }
  }
}
