package io.holdfast.server.gateway;

import io.holdfast.api.ServerMessage;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries messages from the peer's thread to one event loop. However many messages are added
 * between two wake-ups, they cross over in one task, and what belongs to one client leaves in one
 * write.
 */
final class Outbox {
  private record Parcel(LoopClient client, ServerMessage message) {}

  private final Context context;
  private final Object guard = new Object();
  // Both guarded by guard.
  private List<Parcel> waiting = new ArrayList<>();
  private boolean awake;

  Outbox(Context context) {
    this.context = context;
  }

  /** Any thread. */
  void add(LoopClient client, ServerMessage message) {
    synchronized (guard) {
      waiting.add(new Parcel(client, message));
    }
  }

  /** Any thread. Costs nothing when the loop has been woken already. */
  void wake() {
    synchronized (guard) {
      if (awake || waiting.isEmpty()) {
        return;
      }
      awake = true;
    }
    context.runOnContext(unused -> drain());
  }

  private void drain() {
    List<Parcel> parcels;
    synchronized (guard) {
      parcels = waiting;
      waiting = new ArrayList<>();
      awake = false;
    }
    Map<LoopClient, List<ServerMessage>> byClient = new LinkedHashMap<>();
    for (Parcel parcel : parcels) {
      byClient.computeIfAbsent(parcel.client(), it -> new ArrayList<>()).add(parcel.message());
    }
    byClient.forEach(LoopClient::deliverAll);
  }
}
