package io.holdfast.chaos.report;

import io.holdfast.checker.report.HtmlReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Pieces of pages. */
final class Html {
  private Html() {}

  /** Text that stands for itself in a page, attributes included. */
  static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A page with everything it needs inside it. */
  static String page(String title, String body) {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
        + text(title)
        + "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n"
        + style()
        + "</style>\n</head>\n<body>\n"
        + body
        + "</body>\n</html>\n";
  }

  /** The checker's pages and these are read side by side, so they look alike. */
  private static String style() {
    return resource(HtmlReport.class, "report.css") + resource(Html.class, "page.css");
  }

  private static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks its resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String word(String conclusion) {
    return "<span class=\"word " + conclusion + "\">" + conclusion + "</span>";
  }

  static String tile(String figure, String what) {
    return "<div class=\"tile\"><b>" + text(figure) + "</b><span>" + text(what) + "</span></div>\n";
  }

  /** Milliseconds as people read them; a dash for none. */
  static String seconds(long millis) {
    if (millis < 0) {
      return "–";
    }
    return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
