package io.holdfast.chaos.workload;

import java.time.Duration;

/**
 * What a client of a workload is like.
 *
 * @param name what operators see as the owner of its sessions
 * @param sessionTtl TTL asked for
 * @param requestTimeout how long a request is tried; near the length of the faults, so that few
 *     outcomes stay unknown
 */
public record ClientOptions(String name, Duration sessionTtl, Duration requestTimeout) {}
