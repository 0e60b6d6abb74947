package io.holdfast.checker.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A headless Chromium, spoken to by the DevTools protocol: enough to open a page and use it. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 60;
  private static final List<String> PROGRAMS =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> answers;
  private final List<String> complaints;
  private final AtomicInteger lastId = new AtomicInteger();

  private Browser(Process process, WebSocket socket, Inbox inbox) {
    this.process = process;
    this.socket = socket;
    this.answers = inbox.answers;
    this.complaints = inbox.complaints;
  }

  /** The browser on this machine's path, if there is one. */
  static Optional<Path> program() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      for (String name : PROGRAMS) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  static Browser open(Path program, Path profile, Path page, int width, int height)
      throws Exception {
    Files.createDirectories(profile);
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--force-device-scale-factor=1",
                "--window-size=" + width + "," + height,
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("browser.log").toFile())
            .start();
    try {
      Inbox inbox = new Inbox();
      WebSocket socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(pageAddress(process, profile), inbox)
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      Browser browser = new Browser(process, socket, inbox);
      browser.call("Runtime.enable", JSON.createObjectNode());
      browser.call("Page.enable", JSON.createObjectNode());
      browser.call("Network.enable", JSON.createObjectNode());
      browser.resize(width, height);
      browser.call("Page.navigate", JSON.createObjectNode().put("url", page.toUri().toString()));
      browser.await("document.readyState === 'complete' && document.body.dataset.ready === 'true'");
      return browser;
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  void resize(int width, int height) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
  }

  /** What a JavaScript expression is worth, as text. */
  String evaluate(String expression) throws Exception {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            JSON.createObjectNode()
                .put("expression", "Promise.resolve(" + expression + ").then(String)")
                .put("awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.path("result").path("value").asText();
  }

  /** Waits, inside the browser, until an expression is true. */
  void await(String condition) throws Exception {
    String met =
        evaluate(
            "new Promise((done) => { const began = Date.now(); const look = () => {"
                + " let met = false; try { met = "
                + condition
                + "; } catch (notYet) { met = false; }"
                + " if (met || Date.now() - began > 30000) done(met);"
                + " else setTimeout(look, 20); }; look(); })");
    if (!met.equals("true")) {
      throw new AssertionError("never true: " + condition + "; complaints: " + complaints);
    }
  }

  /** Types a key as a person does. */
  void press(String key) throws Exception {
    ObjectNode down = JSON.createObjectNode().put("type", "keyDown").put("key", key);
    if (key.length() == 1) {
      down.put("text", key);
    }
    call("Input.dispatchKeyEvent", down);
    call("Input.dispatchKeyEvent", JSON.createObjectNode().put("type", "keyUp").put("key", key));
  }

  void mouse(String type, double x, double y, int deltaY) throws Exception {
    call(
        "Input.dispatchMouseEvent",
        JSON.createObjectNode()
            .put("type", type)
            .put("x", x)
            .put("y", y)
            .put("deltaX", 0)
            .put("deltaY", deltaY)
            .put("button", type.equals("mouseWheel") ? "none" : "left")
            .put("clickCount", 1));
  }

  /** Errors and warnings of the page, and every address it asked the network for. */
  List<String> complaints() {
    synchronized (complaints) {
      return List.copyOf(complaints);
    }
  }

  void screenshot(Path file) throws Exception {
    JsonNode answer =
        call(
            "Page.captureScreenshot",
            JSON.createObjectNode().put("format", "png").put("captureBeyondViewport", true));
    Files.write(file, Base64.getDecoder().decode(answer.path("data").asText()));
  }

  private JsonNode call(String method, ObjectNode parameters) throws Exception {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
    request.set("params", parameters);
    socket.sendText(JSON.writeValueAsString(request), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static URI pageAddress(Process process, Path profile) throws Exception {
    Path portFile = profile.resolve("DevToolsActivePort");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(portFile) || Files.readAllLines(portFile).size() < 2) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        throw new IOException(
            "the browser did not start: " + Files.readString(profile.resolve("browser.log")));
      }
    }
    String port = Files.readAllLines(portFile).get(0);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    JsonNode targets =
        JSON.readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    for (JsonNode target : targets) {
      if (target.path("type").asText().equals("page")) {
        return URI.create(target.path("webSocketDebuggerUrl").asText());
      }
    }
    throw new IOException("the browser shows no page: " + targets);
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Collects the browser's messages. */
  private static final class Inbox implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private final StringBuilder partial = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence text, boolean last) {
      partial.append(text);
      if (last) {
        take(partial.toString());
        partial.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedStage(null);
    }

    private void take(String text) {
      JsonNode message;
      try {
        message = JSON.readTree(text);
      } catch (IOException e) {
        throw new IllegalStateException("the browser sent no JSON: " + text, e);
      }
      if (message.has("id")) {
        CompletableFuture<JsonNode> answer = answers.remove(message.get("id").asInt());
        if (answer != null) {
          answer.complete(message.path("result"));
        }
        return;
      }
      String method = message.path("method").asText();
      JsonNode parameters = message.path("params");
      synchronized (complaints) {
        if (method.equals("Runtime.exceptionThrown")) {
          complaints.add(parameters.path("exceptionDetails").toString());
        } else if (method.equals("Runtime.consoleAPICalled")) {
          complaints.add(parameters.path("args").toString());
        } else if (method.equals("Network.requestWillBeSent")
            && parameters.path("request").path("url").asText().startsWith("http")) {
          complaints.add("asked the network for " + parameters.path("request").path("url"));
        }
      }
    }
  }
}
