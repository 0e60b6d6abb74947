package io.holdfast.chaos.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Serves the index, and the files below one folder and no others. For any thread. */
public final class RunSite implements HttpHandler {
  private final Path root;

  /**
   * A site of one folder.
   *
   * @param root holds the folders of runs
   */
  public RunSite(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, 405, "text/plain; charset=utf-8", bytes("only GET is served here"));
        return;
      }
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/")) {
        String page = IndexPage.page(IndexPage.entries(root), "/");
        send(exchange, 200, "text/html; charset=utf-8", bytes(page));
        return;
      }
      Path file = root.resolve(path.substring(1)).normalize();
      if (!file.startsWith(root) || !Files.exists(file) || isOutside(file)) {
        send(exchange, 404, "text/plain; charset=utf-8", bytes("there is no such file"));
      } else if (Files.isDirectory(file)) {
        send(exchange, 200, "text/html; charset=utf-8", bytes(listing(file)));
      } else {
        serve(exchange, file);
      }
    }
  }

  /** A link that leads out of the folder is not followed. */
  private boolean isOutside(Path file) throws IOException {
    return !file.toRealPath().startsWith(root.toRealPath());
  }

  private String listing(Path folder) throws IOException {
    List<String> names;
    try (Stream<Path> files = Files.list(folder)) {
      names =
          files
              .map(file -> file.getFileName() + (Files.isDirectory(file) ? "/" : ""))
              .sorted()
              .toList();
    }
    String here = "/" + root.relativize(folder) + "/";
    String items =
        names.stream()
            .map(
                name ->
                    "<li><a href=\""
                        + Html.text(here + name)
                        + "\">"
                        + Html.text(name)
                        + "</a></li>")
            .collect(Collectors.joining("\n"));
    String body = "<header><div><h1>" + Html.text(here) + "</h1></div></header><main>";
    return Html.page(
        here, body + "<section class=\"card\"><ul>" + items + "</ul></section></main>");
  }

  private static void serve(HttpExchange exchange, Path file) throws IOException {
    String name = file.getFileName().toString();
    String type =
        name.endsWith(".html")
            ? "text/html; charset=utf-8"
            : name.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8";
    exchange.getResponseHeaders().set("content-type", type);
    exchange.sendResponseHeaders(200, Math.max(-1, length(file)));
    try (OutputStream out = exchange.getResponseBody()) {
      Files.copy(file, out);
    }
  }

  /** As the server wants it: -1 for none, for 0 would mean "of any length". */
  private static long length(Path file) throws IOException {
    long size = Files.size(file);
    return size == 0 ? -1 : size;
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("content-type", type);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
