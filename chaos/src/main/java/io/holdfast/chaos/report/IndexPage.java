package io.holdfast.chaos.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The page over all runs of a folder: verdicts, and how the figures move from run to run. */
public final class IndexPage {
  private static final int TREND_WIDTH = 1_000;
  private static final int TREND_HEIGHT = 120;
  private static final int MARGIN = 14;

  private IndexPage() {}

  /** A run and where it is kept. */
  public record Entry(RunFolder folder, RunRecord record) {}

  /** Reads the runs below a folder, oldest first; records that cannot be read are left out. */
  public static List<Entry> entries(Path root) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (RunFolder folder : RunFolder.below(root)) {
      try {
        entries.add(new Entry(folder, folder.read()));
      } catch (JsonProcessingException notARecord) {
        // A run that is being written, or of another version; the others are shown.
      }
    }
    return entries;
  }

  /**
   * The page.
   *
   * @param entries oldest first
   * @param link what comes before a folder's name in links
   */
  public static String page(List<Entry> entries, String link) {
    StringBuilder body = new StringBuilder();
    Map<String, Integer> counts = new TreeMap<>();
    long operations = 0;
    long millis = 0;
    int faults = 0;
    for (Entry entry : entries) {
      counts.merge(shown(entry.record()), 1, Integer::sum);
      operations += entry.record().outcome().operations();
      millis += entry.record().outcome().endMillis();
      faults += entry.record().faults().size();
    }
    body.append("<header><div><h1>Holdfast chaos runs</h1><p>").append(entries.size());
    body.append(" runs, newest first</p></div></header>\n<main>\n<div class=\"tiles\">\n");
    counts.forEach((word, count) -> body.append(Html.tile(Html.count(count), word)));
    body.append(Html.tile(Html.count(operations), "operations judged"));
    body.append(Html.tile(Html.count(faults), "faults"));
    String minutes = String.format(Locale.ROOT, "%.0f min", millis / 60_000.0);
    body.append(Html.tile(minutes, "under attack"));
    body.append("</div>\n");
    trend(body, entries);
    table(body, entries, link);
    body.append("</main>\n");
    return Html.page("Holdfast chaos runs", body.toString());
  }

  /** A run that was to be caught and was is what was hoped for. */
  static String shown(RunRecord record) {
    boolean onlyExpected =
        record.conclusion().equals("invalid")
            && !record.judged().isEmpty()
            && record.judged().stream()
                .allMatch(it -> it.mustHold() == it.conclusion().equals("valid"))
            && record.reasons().stream().allMatch(reason -> reason.contains("This is expected"));
    return onlyExpected ? "invalid as expected" : record.conclusion();
  }

  private static void trend(StringBuilder body, List<Entry> entries) {
    if (entries.size() < 2) {
      return;
    }
    double most = 1;
    for (Entry entry : entries) {
      most = Math.max(most, (double) entry.record().outcome().longestGapMillis());
    }
    body.append("<section class=\"card\"><h2>Longest time without a grant, run by run</h2>\n");
    body.append("<div class=\"wide\"><svg viewBox=\"0 0 ").append(TREND_WIDTH).append(' ');
    body.append(TREND_HEIGHT).append("\" role=\"img\" aria-label=\"Trend\">\n<path");
    body.append(" class=\"trend\" d=\"");
    StringBuilder dots = new StringBuilder();
    for (int at = 0; at < entries.size(); at++) {
      RunRecord record = entries.get(at).record();
      double part = at / (double) (entries.size() - 1);
      double x = MARGIN + part * (TREND_WIDTH - 2 * MARGIN);
      double height = record.outcome().longestGapMillis() / most;
      double y = TREND_HEIGHT - MARGIN - height * (TREND_HEIGHT - 2 * MARGIN);
      body.append(String.format(Locale.ROOT, "%s%.1f %.1f ", at == 0 ? "M" : "L", x, y));
      String word = shown(record).equals("invalid as expected") ? "valid" : record.conclusion();
      dots.append(
          String.format(
              Locale.ROOT,
              "<circle class=\"dot-%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"><title>%s: %s</title>"
                  + "</circle>%n",
              word,
              x,
              y,
              Html.text(record.id()),
              Html.seconds(record.outcome().longestGapMillis())));
    }
    body.append("\"/>\n").append(dots).append("</svg></div>\n<p class=\"quiet\">Longest of all: ");
    body.append(Html.seconds((long) most)).append("</p></section>\n");
  }

  private static void table(StringBuilder body, List<Entry> entries, String link) {
    body.append("<section class=\"card\"><div class=\"wide\"><table><tr><th>Verdict</th>");
    body.append("<th>Started</th><th>Peers</th><th>Workloads</th><th>Faults</th>");
    body.append("<th class=\"number\">Operations</th><th class=\"number\">Unknown</th>");
    body.append("<th class=\"number\">No grant for</th>");
    body.append("<th class=\"number\">Heal to grant</th></tr>\n");
    List<Entry> newest = new ArrayList<>(entries);
    Collections.reverse(newest);
    for (Entry entry : newest) {
      RunRecord record = entry.record();
      RunRecord.Outcome outcome = record.outcome();
      String target = link + entry.folder().path().getFileName() + "/report.html";
      String word = shown(record);
      String colour = word.equals("invalid as expected") ? "valid" : word;
      body.append("<tr><td class=\"nowrap\"><a href=\"").append(Html.text(target));
      body.append("\" class=\"word ").append(colour).append("\">").append(word);
      body.append("</a></td><td class=\"nowrap\">");
      body.append(Html.text(record.startedAt().replace("T", " ").replace("Z", "")));
      body.append("</td><td class=\"nowrap\">").append(record.settings().peers()).append(' ');
      body.append(Html.text(record.settings().on())).append("</td><td class=\"list\">");
      body.append(Html.text(String.join(", ", record.settings().workloads())));
      body.append("</td><td class=\"list\">");
      body.append(Html.text(String.join(", ", record.settings().faults())));
      body.append("</td><td class=\"number\">").append(Html.count(outcome.operations()));
      body.append("</td><td class=\"number\">").append(Html.count(outcome.unknown()));
      body.append("</td><td class=\"number\">").append(Html.seconds(outcome.longestGapMillis()));
      body.append("</td><td class=\"number\">");
      body.append(Html.seconds(outcome.worstRecoveryMillis())).append("</td></tr>\n");
    }
    body.append("</table></div></section>\n");
  }
}
