package io.holdfast.client;

/** A watch under way; it outlives connections. Closing it ends it. */
public interface Watch extends AutoCloseable {
  /** Ends the watch; what is already on its way to the listener may still come. */
  @Override
  void close();
}
