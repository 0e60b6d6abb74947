package io.holdfast.chaos.report;

import io.holdfast.chaos.report.RunRecord.Fault;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Charts over the time of a run, with its faults behind them, as SVG. */
final class Chart {
  private static final int WIDTH = 1_000;
  private static final int LEFT = 64;
  private static final int RIGHT = 8;
  private static final int TOP = 18;
  private static final int BOTTOM = 20;
  private static final int PLOT_HEIGHT = 150;
  private static final int LANE_HEIGHT = 26;
  private static final int TICKS_MAX = 10;

  private final RunRecord record;
  private final long endMillis;

  Chart(RunRecord record) {
    this.record = record;
    this.endMillis = Math.max(1, record.outcome().endMillis());
  }

  private double x(long millis) {
    double part = Math.min(1, Math.max(0, millis / (double) endMillis));
    return LEFT + part * (WIDTH - LEFT - RIGHT);
  }

  /** Operations a second: answered, refused, and of unknown outcome, on top of each other. */
  String rates(Slices slices) {
    double perSecond = 1000.0 / slices.sliceMillis();
    double most = 1;
    for (Slices.Slice slice : slices.all()) {
      most = Math.max(most, (slice.ok() + slice.refused() + slice.unknown()) * perSecond);
    }
    double top = roundUp(most);
    StringBuilder svg = begin(PLOT_HEIGHT, "Operations a second");
    grid(svg, top, value -> value / top, "/s");
    double width = Math.max(1, x(slices.sliceMillis()) - x(0) - 0.6);
    long at = 0;
    for (Slices.Slice slice : slices.all()) {
      double base = 0;
      base = bar(svg, "bar-ok", x(at), width, base, slice.ok() * perSecond / top);
      base = bar(svg, "bar-fail", x(at), width, base, slice.refused() * perSecond / top);
      bar(svg, "bar-unknown", x(at), width, base, slice.unknown() * perSecond / top);
      at += slices.sliceMillis();
    }
    return end(svg, PLOT_HEIGHT);
  }

  private static double bar(
      StringBuilder svg, String kind, double x, double width, double base, double part) {
    if (part > 0) {
      double height = part * PLOT_HEIGHT;
      double y = TOP + PLOT_HEIGHT * (1 - base) - height;
      svg.append(rectangle(kind, x, y, width, height)).append("/>\n");
    }
    return base + part;
  }

  /** Latencies on a logarithmic scale. */
  String latencies(Slices slices) {
    double most = 10;
    for (Slices.Slice slice : slices.all()) {
      most = Math.max(most, slice.latencyMillis(1));
    }
    double decades = Math.ceil(Math.log10(most)) + 1;
    StringBuilder svg = begin(PLOT_HEIGHT, "Latency of answered operations, waiting included");
    for (int decade = 0; decade <= decades; decade++) {
      double millis = Math.pow(10, decade - 1);
      String label = millis < 1000 ? number(millis) + " ms" : number(millis / 1000) + " s";
      gridLine(svg, decade / decades, label);
    }
    line(svg, "max", slices, slice -> slice.latencyMillis(1), decades);
    line(svg, "p99", slices, slice -> slice.latencyMillis(0.99), decades);
    line(svg, "p50", slices, slice -> slice.latencyMillis(0.5), decades);
    return end(svg, PLOT_HEIGHT);
  }

  private void line(
      StringBuilder svg,
      String kind,
      Slices slices,
      ToDoubleFunction<Slices.Slice> value,
      double decades) {
    svg.append("<path class=\"").append(kind).append("\" d=\"");
    long at = slices.sliceMillis() / 2;
    boolean pen = false;
    for (Slices.Slice slice : slices.all()) {
      double millis = value.applyAsDouble(slice);
      if (millis >= 0) {
        double part = (Math.log10(Math.max(0.1, millis)) + 1) / decades;
        svg.append(pen ? "L" : "M").append(number(x(at))).append(' ');
        svg.append(number(TOP + PLOT_HEIGHT * (1 - Math.min(1, part)))).append(' ');
      }
      pen = millis >= 0;
      at += slices.sliceMillis();
    }
    svg.append("\"/>\n");
  }

  /** What each peer was doing, a lane for each. */
  String lanes(List<PeerLane> lanes) {
    int height = lanes.size() * LANE_HEIGHT;
    StringBuilder svg = begin(height, "What the peers said of themselves");
    int row = 0;
    for (PeerLane lane : lanes) {
      double y = TOP + row * LANE_HEIGHT + 4;
      svg.append("<text class=\"name\" x=\"4\" y=\"").append(number(y + 13)).append("\">peer ");
      svg.append(lane.peer()).append("</text>\n");
      for (PeerLane.Segment segment : lane.segments()) {
        double from = x(segment.fromMillis());
        double width = Math.max(1, x(segment.toMillis()) - from);
        svg.append(rectangle("lane-" + segment.state(), from, y, width, LANE_HEIGHT - 8.0));
        svg.append("><title>peer ").append(lane.peer()).append(": ").append(segment.state());
        svg.append(segment.term() > 0 ? ", term " + segment.term() : "");
        svg.append(", ").append(Html.seconds(segment.fromMillis())).append(" to ");
        svg.append(Html.seconds(segment.toMillis())).append("</title></rect>\n");
      }
      row++;
    }
    return end(svg, height);
  }

  private StringBuilder begin(int height, String title) {
    int whole = TOP + height + BOTTOM;
    StringBuilder svg = new StringBuilder();
    svg.append("<div class=\"wide\"><svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(whole);
    svg.append("\" role=\"img\" aria-label=\"").append(Html.text(title)).append("\">\n");
    svg.append(
        "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\""
            + " patternTransform=\"rotate(45)\"><rect width=\"2.5\" height=\"6\""
            + " fill=\"currentColor\" opacity=\"0.45\"/></pattern></defs>\n");
    for (Fault fault : record.faults()) {
      double from = x(fault.startMillis());
      double width = Math.max(2, x(fault.stopMillis()) - from);
      svg.append(rectangle("band", from, TOP, width, height)).append("><title>");
      svg.append(Html.text(fault.nemesis() + ": " + fault.description()));
      svg.append("</title></rect>\n<text class=\"label\" x=\"").append(number(from + 2));
      svg.append("\" y=\"12\">").append(Html.text(fault.nemesis())).append("</text>\n");
    }
    return svg;
  }

  private String end(StringBuilder svg, int height) {
    for (long at : new long[] {record.outcome().warmUpMillis(), record.outcome().healMillis()}) {
      svg.append("<line class=\"phase\" x1=\"").append(number(x(at))).append("\" x2=\"");
      svg.append(number(x(at))).append("\" y1=\"").append(TOP).append("\" y2=\"");
      svg.append(TOP + height).append("\"/>\n");
    }
    long step = stepMillis();
    for (long at = 0; at <= endMillis; at += step) {
      svg.append("<text x=\"").append(number(x(at))).append("\" y=\"").append(TOP + height + 14);
      svg.append("\" text-anchor=\"").append(at == 0 ? "start" : "middle").append("\">");
      svg.append(at / 1000).append(" s</text>\n");
    }
    return svg.append("</svg></div>\n").toString();
  }

  private long stepMillis() {
    long[] steps = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 3_600};
    for (long step : steps) {
      if (endMillis / (step * 1000) <= TICKS_MAX) {
        return step * 1000;
      }
    }
    return 7_200_000;
  }

  private static void grid(
      StringBuilder svg, double top, ToDoubleFunction<Double> part, String unit) {
    for (int quarter = 0; quarter <= 4; quarter++) {
      double value = top * quarter / 4;
      gridLine(svg, part.applyAsDouble(value), number(value) + unit);
    }
  }

  private static void gridLine(StringBuilder svg, double part, String label) {
    String y = number(TOP + PLOT_HEIGHT * (1 - part));
    svg.append("<line class=\"grid\" x1=\"").append(LEFT).append("\" x2=\"");
    svg.append(WIDTH - RIGHT).append("\" y1=\"").append(y).append("\" y2=\"").append(y);
    svg.append("\"/>\n<text x=\"").append(LEFT - 6).append("\" y=\"");
    svg.append(number(TOP + PLOT_HEIGHT * (1 - part) + 4)).append("\" text-anchor=\"end\">");
    svg.append(label).append("</text>\n");
  }

  private static String rectangle(String kind, double x, double y, double width, double height) {
    return String.format(
        Locale.ROOT,
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"",
        kind,
        x,
        y,
        width,
        height);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  /** The next of 1, 2, 4 or 8 times a power of ten, which have round quarters. */
  static double roundUp(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (int factor : new int[] {1, 2, 4, 8}) {
      if (factor * power >= value) {
        return factor * power;
      }
    }
    return 10 * power;
  }
}
