package io.holdfast.cli.scale;

import io.holdfast.api.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Many streams to one peer, turned by one thread. */
final class Fleet implements AutoCloseable {
  private final Selector selector = Selector.open();
  private final List<Line> lines = new ArrayList<>();
  private final Set<Line> toFlush = new LinkedHashSet<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(256 << 10);
  private long lost;
  private long sessionsEnded;

  Fleet(String address, int connections) throws IOException {
    String[] parts = address.split(":", -1);
    InetSocketAddress target = new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    for (int count = 0; count < connections; count++) {
      Line line = Line.open(this, target);
      line.channel().register(selector, SelectionKey.OP_READ, line);
      lines.add(line);
    }
  }

  /** The line of the session, or whatever else the number counts. */
  Line line(int number) {
    return lines.get(number % lines.size());
  }

  /** Connections that ended by themselves. */
  long lost() {
    return lost;
  }

  /** Sessions whose end was told to their connection. */
  long sessionsEnded() {
    return sessionsEnded;
  }

  int underWay() {
    int sum = 0;
    for (Line line : lines) {
      sum += line.underWay();
    }
    return sum;
  }

  void toFlush(Line line) {
    toFlush.add(line);
  }

  void noteEvent(Event event) {
    if (event instanceof Event.SessionEnded) {
      sessionsEnded++;
    }
  }

  /** Sends what was asked, waits for answers at most so long, and hands them over. */
  void turn(long waitMillis) throws IOException {
    List<Line> leaving = List.copyOf(toFlush);
    toFlush.clear();
    for (Line line : leaving) {
      guarded(line.channel().keyFor(selector), line::flush);
    }
    if (waitMillis > 0) {
      selector.select(waitMillis);
    } else {
      selector.selectNow();
    }
    for (SelectionKey key : selector.selectedKeys()) {
      Line line = (Line) key.attachment();
      if (key.isValid() && key.isReadable()) {
        guarded(key, any -> line.receive(buffer));
      }
      if (key.isValid() && key.isWritable()) {
        guarded(key, line::flush);
      }
    }
    selector.selectedKeys().clear();
  }

  private interface Act {
    void on(SelectionKey key) throws IOException;
  }

  private void guarded(SelectionKey key, Act act) {
    if (key == null || !key.isValid()) {
      return;
    }
    try {
      act.on(key);
    } catch (IOException gone) {
      lost++;
      key.cancel();
      close(key);
    }
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException already) {
      // It is of no more use either way.
    }
  }

  @Override
  public void close() throws IOException {
    for (Line line : lines) {
      line.channel().close();
    }
    selector.close();
  }
}
