package io.holdfast.chaos.processes;

import io.holdfast.raft.PeerId;
import io.holdfast.server.transport.LinkFilter;
import io.holdfast.server.transport.SwitchableLinkFilter;
import java.util.concurrent.atomic.LongAdder;

/** A filter that counts what it loses, as a proof that a cut works. For any thread. */
final class CountingLinkFilter implements LinkFilter {
  private final SwitchableLinkFilter cuts = new SwitchableLinkFilter();
  private final LongAdder lost = new LongAdder();

  SwitchableLinkFilter cuts() {
    return cuts;
  }

  long lost() {
    return lost.sum();
  }

  @Override
  public boolean dropsFrom(PeerId sender) {
    return counted(cuts.dropsFrom(sender));
  }

  @Override
  public boolean dropsTo(PeerId receiver) {
    return counted(cuts.dropsTo(receiver));
  }

  private boolean counted(boolean drops) {
    if (drops) {
      lost.increment();
    }
    return drops;
  }
}
