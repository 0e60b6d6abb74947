package io.holdfast.chaos.workload;

import java.time.Duration;

/** Makes the clients of workloads. */
final class Drivers {
  private Drivers() {}

  /** A client by the Java library, or by HTTP where that is wanted and possible. */
  static LockDriver make(WorkloadContext context, String name, Duration ttl, boolean http) {
    ClientOptions options =
        new ClientOptions(context.prefix() + name, ttl, context.load().requestTimeout());
    if (http) {
      HttpCaller caller =
          context
              .environment()
              .http()
              .orElseThrow(() -> new IllegalStateException("there is no HTTP here"));
      return new HttpLocks(context.environment(), caller, options);
    }
    return new JavaLocks(context.environment().newClient(options));
  }

  static LockDriver java(WorkloadContext context, String name, Duration ttl) {
    return make(context, name, ttl, false);
  }
}
