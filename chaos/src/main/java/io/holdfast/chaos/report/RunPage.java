package io.holdfast.chaos.report;

import io.holdfast.chaos.cluster.ClusterUnderTest.Fact;
import io.holdfast.chaos.report.RunRecord.Fault;
import io.holdfast.chaos.report.RunRecord.Judged;
import io.holdfast.checker.history.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The page of one run: a single file that loads nothing. */
public final class RunPage {
  private static final int LOG_LINES_MAX = 150;
  private static final int METRICS_CHARACTERS_MAX = 60_000;

  private final RunFolder folder;
  private final RunRecord record;

  private RunPage(RunFolder folder, RunRecord record) {
    this.folder = folder;
    this.record = record;
  }

  /** Writes the page into the folder. */
  public static void write(RunFolder folder, RunRecord record, History history) throws IOException {
    String page = new RunPage(folder, record).page(history);
    Files.writeString(folder.report(), page, StandardCharsets.UTF_8);
  }

  private String page(History history) throws IOException {
    StringBuilder body = new StringBuilder();
    head(body);
    body.append("<main>\n");
    reasons(body);
    tiles(body);
    charts(body, history);
    verdicts(body);
    faults(body);
    settings(body);
    peers(body);
    body.append("</main>\n");
    return Html.page("Holdfast chaos: " + record.id(), body.toString());
  }

  private void head(StringBuilder body) {
    RunRecord.Settings settings = record.settings();
    body.append("<header><div class=\"badge ").append(record.conclusion()).append("\" ");
    body.append("style=\"flex:none\">").append(record.conclusion()).append("</div><div><h1>");
    body.append(Html.text(String.join(", ", settings.workloads())));
    body.append("</h1><p>");
    body.append(
        Html.text(
            settings.peers()
                + " peers as "
                + settings.on()
                + ", attacked by "
                + (settings.faults().isEmpty() ? "nothing" : String.join(", ", settings.faults()))
                + " for "
                + Html.seconds(settings.timeLimitMillis())
                + " on "
                + record.startedAt()
                + ", seed "
                + settings.seed()));
    body.append("</p></div></header>\n");
  }

  private void reasons(StringBuilder body) {
    if (record.reasons().isEmpty()) {
      return;
    }
    String kind = record.conclusion().equals("unknown") ? "unknown" : "bad";
    body.append("<section class=\"card ").append(kind).append("\"><h2>Why it is ");
    body.append(record.conclusion()).append("</h2><ul>\n");
    for (String reason : record.reasons()) {
      body.append("<li>").append(Html.text(reason)).append("</li>\n");
    }
    body.append("</ul></section>\n");
  }

  private void tiles(StringBuilder body) {
    RunRecord.Outcome outcome = record.outcome();
    body.append("<div class=\"tiles\">\n");
    body.append(Html.tile(Html.count(outcome.operations()), "operations"));
    body.append(Html.tile(Html.count(outcome.grants()), "locks granted"));
    body.append(Html.tile(Html.count(outcome.unknown()), "outcomes unknown"));
    body.append(Html.tile(Html.count(record.faults().size()), "faults made and seen to work"));
    body.append(
        Html.tile(Html.seconds(outcome.longestGapMillis()), "longest time without a grant"));
    body.append(Html.tile(Html.seconds(outcome.worstRecoveryMillis()), "slowest heal to grant"));
    body.append(Html.tile(Html.count(outcome.leaderChanges().size()), "leaders seen"));
    body.append("</div>\n");
  }

  private void charts(StringBuilder body, History history) throws IOException {
    Slices slices = new Slices(history, record.outcome().endMillis());
    Chart chart = new Chart(record);
    body.append("<section class=\"card\"><h2>What happened</h2>\n");
    body.append("<p class=\"legend\">").append(swatch("background:var(--mark)", "leader"));
    body.append(swatch("background:var(--ok);opacity:.35", "follower"));
    body.append(swatch("background:var(--unknown)", "candidate"));
    body.append(swatch("border:1px solid var(--quiet)", "paused or silent"));
    body.append(swatch("background:var(--bad)", "down"));
    body.append(swatch("background:var(--band)", "fault"));
    body.append(" &middot; dashed: end of the warm-up, and healing</p>\n");
    body.append(chart.lanes(PeerLane.read(folder.samples(), record.outcome().endMillis())));
    body.append("<p class=\"legend\">Operations a second: ");
    body.append(swatch("background:var(--ok)", "done"));
    body.append(swatch("background:var(--fail)", "refused"));
    body.append(swatch("background:var(--unknown)", "outcome unknown")).append("</p>\n");
    body.append(chart.rates(slices));
    body.append("<p class=\"legend\">Latency, waiting for the lock included: ");
    body.append(swatch("background:var(--ok)", "median"));
    body.append(swatch("background:var(--mark)", "99 %"));
    body.append(swatch("background:var(--fail)", "longest")).append("</p>\n");
    body.append(chart.latencies(slices));
    body.append("</section>\n");
  }

  private static String swatch(String style, String what) {
    return "<span><i style=\"" + style + "\"></i>" + what + "</span> ";
  }

  private void verdicts(StringBuilder body) {
    body.append("<section class=\"card\"><h2>Verdicts</h2><div class=\"wide\"><table><tr>");
    body.append("<th>Workload</th><th>Judged by</th><th>Verdict</th>");
    body.append("<th class=\"number\">Operations</th><th>Evidence</th></tr>\n");
    for (Judged judged : record.judged()) {
      body.append("<tr><td>").append(Html.text(judged.workload()));
      body.append(judged.mustHold() ? "" : " <span class=\"quiet\">expected to fail</span>");
      body.append("</td><td>").append(Html.text(judged.rule())).append("</td><td>");
      body.append(Html.word(judged.conclusion())).append("</td><td class=\"number\">");
      body.append(Html.count(judged.operations())).append("</td><td>");
      if (judged.page() != null) {
        body.append("<a href=\"").append(Html.text(judged.page())).append("\">timeline</a>, ");
      }
      body.append("<a href=\"").append(Html.text(judged.history())).append("\">history</a>");
      body.append("</td></tr>\n");
    }
    body.append("</table></div>\n");
    for (Judged judged : record.judged()) {
      if (!judged.sentences().isEmpty()) {
        body.append("<h3>").append(Html.text(judged.workload() + ", by " + judged.rule()));
        body.append("</h3><ol>\n");
        for (String sentence : judged.sentences()) {
          body.append("<li>").append(Html.text(sentence)).append("</li>\n");
        }
        body.append("</ol>\n");
      }
    }
    body.append("<p class=\"quiet\">").append(Html.text(record.outcome().digest()));
    body.append(".</p></section>\n");
  }

  private void faults(StringBuilder body) {
    body.append("<section class=\"card\"><h2>Faults</h2><div class=\"wide\"><table><tr>");
    body.append("<th class=\"number\">From</th><th class=\"number\">To</th><th>Fault</th>");
    body.append("<th>Whom and how</th><th>Seen to work</th>");
    body.append("<th class=\"number\">No grant for</th>");
    body.append("<th class=\"number\">Heal to grant</th></tr>\n");
    for (Fault fault : record.faults()) {
      body.append("<tr><td class=\"number\">").append(time(fault.startMillis()));
      body.append("</td><td class=\"number\">").append(time(fault.stopMillis()));
      body.append("</td><td class=\"nowrap\">").append(Html.text(fault.nemesis()));
      body.append("</td><td>").append(Html.text(fault.description())).append("</td><td>");
      String seen = fault.verified() == null ? "" : fault.verified();
      body.append(Html.text(fault.error() == null ? seen : "failed: " + fault.error()));
      body.append("</td><td class=\"number\">").append(Html.seconds(fault.gapMillis()));
      body.append("</td><td class=\"number\">").append(Html.seconds(fault.recoveryMillis()));
      body.append("</td></tr>\n");
    }
    body.append("</table></div>\n");
    for (Fact unsupported : record.settings().unsupported()) {
      body.append("<p class=\"quiet\">Not supported here: <b>");
      body.append(Html.text(unsupported.name())).append("</b>: ");
      body.append(Html.text(unsupported.value())).append("</p>\n");
    }
    body.append("</section>\n");
  }

  private static String time(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  private void settings(StringBuilder body) {
    RunRecord.Settings settings = record.settings();
    body.append("<section class=\"card\"><h2>Repeat it</h2><p><code>");
    body.append(Html.text(record.command())).append("</code></p>\n<p class=\"quiet\">");
    body.append("The seed draws the faults and the clients&#39; choices; real processes and");
    body.append(" networks keep their own time, so a repeated run is alike, not the same.</p>\n");
    body.append("<table>\n");
    row(body, "operations a second", "%.0f of each workload", settings.rate());
    row(body, "clients", "%d of each workload", settings.clients());
    row(body, "session TTL", "%d ms", settings.sessionTtlMillis());
    for (Fact fact : settings.facts()) {
      row(body, fact.name(), "%s", fact.value());
    }
    String leaders =
        record.outcome().leaderChanges().stream()
            .map(it -> "peer " + it.peer() + " in term " + it.term() + " at " + time(it.atMillis()))
            .collect(Collectors.joining(", "));
    row(body, "leaders", "%s", leaders);
    body.append("</table>\n<p>Files: ");
    for (String file :
        List.of("history.jsonl", "schedule.json", "samples.jsonl", "run.json", "peers/")) {
      body.append("<a href=\"").append(file).append("\">").append(file).append("</a> ");
    }
    body.append("</p></section>\n");
  }

  private static void row(StringBuilder body, String name, String format, Object value) {
    body.append("<tr><th>").append(Html.text(name)).append("</th><td>");
    body.append(Html.text(String.format(Locale.ROOT, format, value))).append("</td></tr>\n");
  }

  private void peers(StringBuilder body) throws IOException {
    body.append("<section class=\"card\"><h2>Peers</h2>\n");
    for (int peer = 1; peer <= record.settings().peers(); peer++) {
      Path files = folder.peers().resolve("peer-" + peer);
      Path log = files.resolve("peer.log");
      if (Files.exists(log)) {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        long loud =
            lines.stream().filter(it -> it.contains(" WARN ") || it.contains(" ERROR ")).count();
        int from = Math.max(0, lines.size() - LOG_LINES_MAX);
        String shown = String.join("\n", lines.subList(from, lines.size()));
        String title =
            "peer " + peer + ": " + lines.size() + " lines of log, " + loud + " warnings or errors";
        fold(body, title, shown);
      }
      Path metrics = files.resolve("metrics.txt");
      if (Files.exists(metrics)) {
        String text = Files.readString(metrics, StandardCharsets.UTF_8);
        String shown = text.substring(0, Math.min(text.length(), METRICS_CHARACTERS_MAX));
        fold(body, "peer " + peer + ": metrics at the end", shown);
      }
    }
    body.append("</section>\n");
  }

  private static void fold(StringBuilder body, String title, String text) {
    body.append("<details><summary>").append(Html.text(title)).append("</summary><pre>");
    body.append(Html.text(text)).append("</pre></details>\n");
  }
}
