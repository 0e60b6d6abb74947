package io.holdfast.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Lease;
import io.holdfast.client.UnavailableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client over real sockets on loopback. */
@Timeout(240)
class NioTransportTest {
  private static final Duration WAIT = Duration.ofSeconds(30);

  /** A client that allows for a machine with much else to do. */
  private static HoldfastClient patient(LoopbackPeer peer) {
    return HoldfastClient.builder()
        .endpoints(peer.address())
        .sessionTtl(Duration.ofMinutes(5))
        .requestTimeout(Duration.ofMinutes(1))
        .build();
  }

  @Test
  void locksAreAcquiredAndReleasedOverTheSocket() throws Exception {
    try (LoopbackPeer peer = new LoopbackPeer();
        HoldfastClient client = patient(peer)) {
      for (int round = 1; round <= 100; round++) {
        try (Lease lease = client.lock("orders/42").acquire(WAIT)) {
          assertThat(lease.token()).isEqualTo(round);
          assertThat(lease.isValid()).isTrue();
        }
      }
    }
  }

  @Test
  void requestsOfManyThreadsShareTheConnection() throws Exception {
    try (LoopbackPeer peer = new LoopbackPeer();
        HoldfastClient client = patient(peer)) {
      CountDownLatch done = new CountDownLatch(16);
      ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
      for (int thread = 0; thread < 16; thread++) {
        new Thread(
                () -> {
                  try {
                    for (int round = 0; round < 200; round++) {
                      client.lock("a").acquire(WAIT).release();
                    }
                  } catch (InterruptedException | RuntimeException failure) {
                    failures.add(failure);
                  } finally {
                    done.countDown();
                  }
                })
            .start();
      }
      assertThat(done.await(120, TimeUnit.SECONDS)).isTrue();
      assertThat(failures).isEmpty();
      assertThat(peer.requestsReceived.get()).isGreaterThanOrEqualTo(16 * 200 * 2);
    }
  }

  @Test
  void brokenConnectionIsMadeAnewAndRequestsAreSentAgain() throws Exception {
    BlockingQueue<String> connected = new LinkedBlockingQueue<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void connected(String address) {
            connected.add(address);
          }
        };
    try (LoopbackPeer peer = new LoopbackPeer();
        HoldfastClient client =
            HoldfastClient.builder().endpoints(peer.address()).listener(listener).build()) {
      Lease lease = client.lock("a").acquire(WAIT);
      assertThat(connected.poll(30, TimeUnit.SECONDS)).isNotNull();
      peer.breakConnections();
      assertThat(connected.poll(30, TimeUnit.SECONDS)).isNotNull();
      assertThat(lease.isValid()).isTrue();
      lease.release();
    }
  }

  @Test
  void deadEndpointIsPassedOver() throws Exception {
    int deadPort;
    try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      deadPort = reserved.getLocalPort();
    }
    try (LoopbackPeer peer = new LoopbackPeer();
        HoldfastClient client =
            HoldfastClient.connect("localhost:" + deadPort + "," + peer.address())) {
      assertThat(client.lock("a").acquire(WAIT).isValid()).isTrue();
    }
  }

  @Test
  void portThatIsNotHoldfastIsNamedAsSuch() throws Exception {
    BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void disconnected(String address, String reason) {
            reasons.add(reason);
          }
        };
    String answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    try (LoopbackPeer peer = new LoopbackPeer(ServerSocketFactory.getDefault(), answer);
        HoldfastClient client =
            HoldfastClient.builder()
                .endpoints(peer.address())
                .requestTimeout(Duration.ofMillis(500))
                .listener(listener)
                .build()) {
      assertThatThrownBy(() -> client.lock("a").acquire()).isInstanceOf(UnavailableException.class);
      assertThat(reasons.poll(30, TimeUnit.SECONDS))
          .contains("404 Not Found")
          .contains("Holdfast client port");
    }
  }

  @Test
  void tlsCarriesTheSameMessages() throws Exception {
    SSLContext tls = TestCertificate.context();
    try (LoopbackPeer peer = new LoopbackPeer(tls.getServerSocketFactory(), LoopbackPeer.UPGRADED);
        HoldfastClient client =
            HoldfastClient.builder()
                .endpoints(peer.address())
                .sessionTtl(Duration.ofMinutes(5))
                .requestTimeout(Duration.ofMinutes(2))
                .tls(tls)
                .build()) {
      List<CompletableFuture<Lease>> leases = new ArrayList<>();
      for (int round = 0; round < 500; round++) {
        leases.add(client.lock("a/" + "x".repeat(400)).acquireAsync());
      }
      for (CompletableFuture<Lease> lease : leases) {
        lease.get(120, TimeUnit.SECONDS).release();
      }
    }
  }

  @Test
  void certificateNobodyTrustsIsRefused() throws Exception {
    SSLContext serverSide = TestCertificate.context();
    BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void disconnected(String address, String reason) {
            reasons.add(reason);
          }
        };
    try (LoopbackPeer peer =
            new LoopbackPeer(serverSide.getServerSocketFactory(), LoopbackPeer.UPGRADED);
        HoldfastClient client =
            HoldfastClient.builder()
                .endpoints(peer.address())
                .requestTimeout(Duration.ofSeconds(2))
                .tls(SSLContext.getDefault())
                .listener(listener)
                .build()) {
      assertThatThrownBy(() -> client.lock("a").acquire()).isInstanceOf(UnavailableException.class);
      assertThat(reasons.poll(30, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void interruptedThreadLeavesAndTheLockIsGivenBack() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HoldfastClient client =
            HoldfastClient.builder()
                .endpoints("localhost:" + silent.getLocalPort())
                .requestTimeout(Duration.ofSeconds(1))
                .build()) {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      Thread waiter =
          new Thread(
              () -> {
                try {
                  client.lock("a").acquire();
                  thrown.complete(new AssertionError("acquired"));
                } catch (InterruptedException expected) {
                  thrown.complete(expected);
                } catch (RuntimeException unexpected) {
                  thrown.complete(unexpected);
                }
              });
      waiter.start();
      waiter.interrupt();
      assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
  }

  /** A self-signed certificate for localhost, made by the JDK's own tool. */
  private static final class TestCertificate {
    static SSLContext context() throws Exception {
      Path directory = Files.createTempDirectory("holdfast-tls");
      Path file = directory.resolve("key.p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "test",
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "SAN=dns:localhost",
                  "-validity",
                  "365",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  "changeit")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(keytool.waitFor()).isZero();
      char[] password = "changeit".toCharArray();
      KeyStore store = KeyStore.getInstance(file.toFile(), password);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      Files.delete(file);
      Files.delete(directory);
      return context;
    }
  }
}
