package io.holdfast.client;

import io.holdfast.api.Limits;
import io.holdfast.api.Names;
import io.holdfast.client.internal.CoreSettings;
import io.holdfast.client.internal.net.NioConnector;
import io.holdfast.client.internal.net.NioRuntime;
import io.holdfast.client.spi.ClientRuntime;
import io.holdfast.client.spi.Connector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Options of a client. For one thread; may build several clients. */
public final class ClientBuilder {
  private static final Duration TTL_DEFAULT = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT_DEFAULT = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT_MIN = Duration.ofMillis(100);
  private static final Duration REQUEST_TIMEOUT_MAX = Duration.ofHours(1);
  private static final int ENDPOINTS_MAX = 64;
  private static final String CLIENT_NAME = "holdfast-java";

  private List<String> endpoints = List.of();
  private Duration sessionTtl = TTL_DEFAULT;
  private Duration requestTimeout = REQUEST_TIMEOUT_DEFAULT;
  private String ownerName = defaultOwnerName();
  private @Nullable String bearerToken;
  private @Nullable SSLContext tls;
  private @Nullable Executor callbackExecutor;
  private ClientListener listener = ClientListener.logging();
  private @Nullable ClientRuntime runtime;
  private @Nullable Connector connector;

  ClientBuilder() {}

  private static String defaultOwnerName() {
    return "pid " + ProcessHandle.current().pid();
  }

  /**
   * The client ports of some or all peers, {@code host:port} each, IPv6 addresses in brackets. Any
   * of them will do at first; the leader's is learned.
   */
  public ClientBuilder endpoints(String... addresses) {
    List<String> checked = new ArrayList<>();
    for (String address : addresses) {
      checked.add(Address.parse(address.strip()).toString());
    }
    if (checked.isEmpty() || checked.size() > ENDPOINTS_MAX) {
      throw new IllegalArgumentException(
          "endpoints must be from 1 to " + ENDPOINTS_MAX + "; there are " + checked.size());
    }
    endpoints = checked;
    return this;
  }

  /**
   * How long sessions outlive the last keep-alive: the time after which the locks of a process that
   * died are free. From 200 ms to one day; the service may allow less of it. 10 s if not set.
   */
  public ClientBuilder sessionTtl(Duration ttl) {
    long millis = ttl.toMillis();
    if (millis < Limits.TTL_MILLIS_MIN || millis > Limits.TTL_MILLIS_MAX) {
      throw new IllegalArgumentException("sessionTtl must be from 200 ms to one day; it is " + ttl);
    }
    sessionTtl = ttl;
    return this;
  }

  /** How long a request is tried before it counts as failed. 10 s if not set. */
  public ClientBuilder requestTimeout(Duration timeout) {
    if (timeout.compareTo(REQUEST_TIMEOUT_MIN) < 0 || timeout.compareTo(REQUEST_TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "requestTimeout must be from 100 ms to one hour; it is " + timeout);
    }
    requestTimeout = timeout;
    return this;
  }

  /** What operators see as the owner of this client's sessions. The process id if not set. */
  public ClientBuilder ownerName(String name) {
    String problem = Names.textProblem(name, 0, Limits.SESSION_OWNER_BYTES_MAX);
    if (problem != null) {
      throw new IllegalArgumentException("ownerName " + problem);
    }
    ownerName = name;
    return this;
  }

  /** Credentials for clusters that ask for them. */
  public ClientBuilder bearerToken(String token) {
    String problem = Names.textProblem(token, 1, Limits.BEARER_TOKEN_BYTES_MAX);
    if (problem != null) {
      throw new IllegalArgumentException("bearerToken " + problem);
    }
    bearerToken = token;
    return this;
  }

  /**
   * Connects by TLS. The context says whom to trust and, for mutual TLS, who this client is; the
   * peer's certificate must be for the host of the endpoint.
   */
  public ClientBuilder tls(SSLContext context) {
    tls = context;
    return this;
  }

  /** Told what happens. {@link ClientListener#logging()} if not set. */
  public ClientBuilder listener(ClientListener clientListener) {
    listener = clientListener;
    return this;
  }

  /**
   * Runs listeners and completes futures. One daemon thread of the client's own if not set; then
   * what runs there must not block for long, for the next one waits.
   */
  public ClientBuilder callbackExecutor(Executor executor) {
    callbackExecutor = executor;
    return this;
  }

  /**
   * Replaces time, threads and network, for simulators and tests. With a runtime that runs tasks
   * later only the asynchronous methods of the client are of use.
   */
  public ClientBuilder transport(ClientRuntime clientRuntime, Connector clientConnector) {
    runtime = clientRuntime;
    connector = clientConnector;
    return this;
  }

  /**
   * Makes the client. It connects when it is first needed.
   *
   * @throws IllegalStateException if no endpoints are set
   */
  public HoldfastClient build() {
    if (endpoints.isEmpty()) {
      throw new IllegalStateException("no endpoints; call endpoints(\"host:7070\")");
    }
    CoreSettings settings =
        new CoreSettings(
            endpoints,
            CLIENT_NAME,
            bearerToken,
            sessionTtl.toMillis(),
            ownerName,
            requestTimeout.toNanos());
    Executor callbacks = callbackExecutor;
    Runnable afterClose = () -> {};
    if (callbacks == null) {
      ExecutorService own = Executors.newSingleThreadExecutor(ClientBuilder::callbackThread);
      callbacks = own;
      afterClose = own::shutdown;
    }
    if (runtime != null && connector != null) {
      return new HoldfastClient(runtime, connector, settings, listener, callbacks, afterClose);
    }
    NioRuntime own = NioRuntime.start("holdfast-client");
    return new HoldfastClient(
        own, new NioConnector(own, tls), settings, listener, callbacks, afterClose);
  }

  private static Thread callbackThread(Runnable work) {
    Thread thread = new Thread(work, "holdfast-callbacks");
    thread.setDaemon(true);
    return thread;
  }
}
