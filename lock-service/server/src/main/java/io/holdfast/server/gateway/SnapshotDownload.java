package io.holdfast.server.gateway;

import io.holdfast.api.Reply;
import io.holdfast.server.backup.BackupHeader;
import io.holdfast.server.peer.BackupSink;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A backup as the body of one answer, written as fast as the client reads. A backup that cannot be
 * completed ends with the connection cut, and the file shows by itself that its end is missing.
 */
final class SnapshotDownload implements BackupSink, HttpCall.Responder {
  /** Bytes made and not yet taken by the client's side at which the making pauses. */
  private static final long UNTAKEN_BYTES_MAX = 1 << 20;

  private final HttpCall call;
  private final Context loop;
  private final AtomicLong untakenBytes = new AtomicLong();
  private volatile boolean cancelled;
  private boolean begun;

  private SnapshotDownload(HttpCall call, Context loop) {
    this.call = call;
    this.loop = loop;
  }

  /** Has the peer make a backup and sends it. On the call's event loop. */
  static void begin(HttpCall call, Context loop) {
    SnapshotDownload download = new SnapshotDownload(call, loop);
    call.admit();
    call.expect(download);
    if (!call.parts().peer().backup(download)) {
      call.parts().metrics().add(GatewayCounter.OVERLOADED);
      call.end(Admission.peerIsBusy());
    }
  }

  @Override
  public boolean isReady() {
    return untakenBytes.get() < UNTAKEN_BYTES_MAX;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void begin(BackupHeader header) {
    loop.runOnContext(unused -> head(header));
  }

  private void head(BackupHeader header) {
    if (call.isEnded()) {
      return;
    }
    begun = true;
    HttpServerResponse response = call.response();
    response.setChunked(true);
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.putHeader("holdfast-index", Long.toString(header.last().index()));
  }

  @Override
  public void bytes(byte[] bytes) {
    untakenBytes.addAndGet(bytes.length);
    loop.runOnContext(unused -> write(bytes));
  }

  private void write(byte[] bytes) {
    if (call.isEnded()) {
      return;
    }
    call.response()
        .write(Buffer.buffer(bytes))
        .onComplete(
            unused -> {
              boolean wasFull = !isReady();
              untakenBytes.addAndGet(-bytes.length);
              if (wasFull && isReady()) {
                call.parts().peer().backupResumed();
              }
            });
  }

  @Override
  public void end() {
    loop.runOnContext(unused -> call.endStarted());
  }

  @Override
  public void failed(Reply.Failed why) {
    loop.runOnContext(
        unused -> {
          if (begun && !call.isEnded()) {
            call.cutOff();
          } else {
            call.end(why);
          }
        });
  }

  /** The client went away, or was too slow for longer than a connection may be idle. */
  @Override
  public void abandoned(HttpCall abandonedCall) {
    cancelled = true;
    call.parts().peer().backupResumed();
  }

  @Override
  public void answer(HttpCall answered, Reply reply) {
    throw new IllegalStateException("the peer answers a backup through its sink, not " + reply);
  }
}
