package io.holdfast.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A load's course and its latencies as one HTML page without scripts or anything to fetch. */
public final class BenchPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 260;
  private static final int LEFT = 70;
  private static final int BOTTOM = 40;
  private static final int TOP = 14;
  private static final int GRID_LINES = 5;

  /** Nines on the axis of percentiles: 0, 90, 99, 99.9, 99.99. */
  private static final List<String> NINES = List.of("0", "90", "99", "99.9", "99.99");

  private final BenchReport report;

  public BenchPlot(BenchReport report) {
    this.report = report;
  }

  /** A line in a chart; points are in units of the axes. */
  private record Curve(String name, String color, List<double[]> points) {}

  private record Axis(String title, double max, List<String> labels) {}

  /** The page. */
  public String html() {
    Load.Outcome outcome = report.outcome();
    List<Load.Second> course = outcome.course();
    Axis time = new Axis("second", Math.max(1, course.size()), List.of("0", "" + course.size()));
    String rate =
        chart(
            "Pairs a second",
            time,
            List.of(over(course, "pairs/s", "#1f6feb", second -> second.pairsPerSecond())));
    String latency =
        chart(
            "Latency by second, ms",
            time,
            List.of(
                over(course, "p50", "#1a7f37", second -> millis(second, 50)),
                over(course, "p99", "#cf222e", second -> millis(second, 99))));
    String percentiles =
        chart(
            "Latency by percentile, ms",
            new Axis("percentile", NINES.size() - 1, NINES),
            List.of(new Curve("all pairs", "#8250df", percentiles())));
    return """
    <!DOCTYPE html>
    <html lang="en">
    <meta charset="utf-8">
    <title>holdfast bench</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 800px; margin: 2em auto; padding: 0 1em;
           color: #1f2328; background: #fff }
    pre { background: #f6f8fa; padding: 1em; white-space: pre-wrap }
    svg { width: 100%%; height: auto; font: 12px system-ui, sans-serif }
    </style>
    <h1>holdfast bench</h1>
    <p>%s</p>
    <pre>%s</pre>
    %s
    %s
    %s
    </html>
    """
        .formatted(escaped(subtitle()), escaped(report.text()), rate, latency, percentiles);
  }

  private String subtitle() {
    Load.Plan plan = report.plan();
    String loop =
        plan.pairsPerSecond().isPresent()
            ? String.format(
                Locale.ROOT,
                "open loop at %,.0f pairs/s; latency counts from when a pair was due",
                plan.pairsPerSecond().getAsDouble())
            : "closed loop";
    return plan.callers()
        + " clients on "
        + plan.connections()
        + " connections, "
        + plan.locks()
        + " locks; "
        + loop
        + (plan.payloadBytes() == 0 ? "" : "; values of " + plan.payloadBytes() + " bytes");
  }

  private static Curve over(
      List<Load.Second> course, String name, String color, ToDoubleFunction<Load.Second> value) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < course.size(); i++) {
      points.add(new double[] {i + 0.5, value.applyAsDouble(course.get(i))});
    }
    return new Curve(name, color, points);
  }

  private static double millis(Load.Second second, double percentile) {
    return second.latencyMicros().getValueAtPercentile(percentile) / 1e3;
  }

  /** The axis of percentiles counts nines, so that the tail has room. */
  private List<double[]> percentiles() {
    List<double[]> points = new ArrayList<>();
    int steps = 20 * (NINES.size() - 1);
    for (int i = 0; i <= steps; i++) {
      double nines = (double) i * (NINES.size() - 1) / steps;
      double percentile = 100 * (1 - Math.pow(10, -nines));
      points.add(
          new double[] {
            nines, report.outcome().latencyMicros().getValueAtPercentile(percentile) / 1e3
          });
    }
    return points;
  }

  private static String chart(String title, Axis across, List<Curve> curves) {
    double top =
        niceCeiling(
            curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(point -> point[1])
                .max()
                .orElse(1));
    StringBuilder svg = new StringBuilder("<h2>").append(title).append("</h2>\n");
    svg.append(
        String.format(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n", WIDTH, HEIGHT, title));
    for (int i = 0; i <= GRID_LINES; i++) {
      double value = top * i / GRID_LINES;
      double y = y(value, top);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#d0d7de\"/>%n",
              LEFT,
              WIDTH,
              y,
              y));
      svg.append(text(LEFT - 8, y + 4, "end", number(value)));
    }
    for (int i = 0; i < across.labels().size(); i++) {
      double at = across.max() * i / (across.labels().size() - 1);
      String anchor = i == 0 ? "start" : i == across.labels().size() - 1 ? "end" : "middle";
      svg.append(text(x(at, across), HEIGHT - BOTTOM + 18, anchor, across.labels().get(i)));
    }
    svg.append(text((LEFT + WIDTH) / 2.0, HEIGHT - 4, "middle", across.title()));
    int legend = LEFT + 10;
    for (Curve curve : curves) {
      svg.append(line(curve, across, top));
      svg.append(
          String.format(
              "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
              legend, TOP + 14, curve.color(), curve.name()));
      legend += 80;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String line(Curve curve, Axis across, double top) {
    StringBuilder points = new StringBuilder();
    for (double[] point : curve.points()) {
      points.append(
          String.format(Locale.ROOT, "%.1f,%.1f ", x(point[0], across), y(point[1], top)));
    }
    return String.format(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n",
        curve.color(), points.toString().strip());
  }

  private static double x(double value, Axis across) {
    return LEFT + (WIDTH - LEFT) * value / across.max();
  }

  private static double y(double value, double top) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  }

  private static String text(double x, double y, String anchor, String content) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#57606a\">%s</text>%n",
        x,
        y,
        anchor,
        content);
  }

  private static String number(double value) {
    return String.format(
        Locale.ROOT, value == Math.rint(value) ? "%,.0f" : value < 0.1 ? "%.3f" : "%,.2f", value);
  }

  /** The next of 1, 2, 2.5, 5 times a power of ten. */
  static double niceCeiling(double value) {
    if (value <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double step : new double[] {1, 2, 2.5, 5}) {
      if (value <= step * power) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
