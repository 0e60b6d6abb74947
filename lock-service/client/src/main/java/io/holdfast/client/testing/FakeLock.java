package io.holdfast.client.testing;

import io.holdfast.api.Holder;
import io.holdfast.api.LockMode;
import io.holdfast.api.Request;
import io.holdfast.api.Waiter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lock with its holders and its queue: first come, first served; tokens without gaps. */
final class FakeLock {
  /** A request in the queue. */
  record Place(Request.Acquire request) {}

  final String name;
  final int limit;
  final List<Holder> holders = new ArrayList<>();
  final List<Place> queue = new ArrayList<>();
  long lastToken;
  @Nullable String value;

  FakeLock(String name, int limit) {
    this.name = name;
    this.limit = limit;
  }

  /** The hold of this session and owner, or null. */
  @Nullable Holder heldBy(long session, String owner) {
    for (Holder holder : holders) {
      if (holder.session() == session && holder.owner().equals(owner)) {
        return holder;
      }
    }
    return null;
  }

  /** Whether nobody is in the way of the request, those before it in the queue left aside. */
  boolean admits(Request.Acquire request) {
    return switch (request.mode()) {
      case EXCLUSIVE -> holders.isEmpty();
      case SHARED -> holders.stream().allMatch(holder -> holder.mode() == LockMode.SHARED);
      case SEMAPHORE ->
          holders.stream().mapToInt(Holder::permits).sum() + request.permits() <= limit;
    };
  }

  Holder grant(Request.Acquire request) {
    Holder holder =
        new Holder(
            request.session(),
            request.owner(),
            ++lastToken,
            request.mode(),
            Math.max(1, request.permits()));
    holders.add(holder);
    return holder;
  }

  void free(Holder holder) {
    holders.remove(holder);
    if (holder.mode() == LockMode.EXCLUSIVE) {
      value = null;
    }
  }

  /** Takes those out of the queue whose turn it is. */
  List<Place> next() {
    List<Place> admitted = new ArrayList<>();
    Iterator<Place> places = queue.iterator();
    while (places.hasNext()) {
      Place place = places.next();
      if (!admits(place.request())) {
        break;
      }
      places.remove();
      grant(place.request());
      admitted.add(place);
    }
    return admitted;
  }

  List<Waiter> waiters() {
    return queue.stream()
        .map(Place::request)
        .map(
            request ->
                new Waiter(
                    request.session(),
                    request.owner(),
                    request.mode(),
                    Math.max(1, request.permits())))
        .toList();
  }
}
