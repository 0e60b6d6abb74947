package io.holdfast.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cells, and how they look as text and as Markdown. The first columns are words, the others
 * figures.
 */
final class Table {
  private final String title;
  private final int words;
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param words number of leading columns that hold words
   */
  Table(String title, int words, String... header) {
    this.title = title;
    this.words = words;
    this.header = List.of(header);
  }

  void row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row of " + title + " has " + cells.length + " cells, not " + header.size());
    }
    rows.add(List.of(cells));
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  String text() {
    StringBuilder text = new StringBuilder(title).append('\n');
    line(text, header);
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      String padding = " ".repeat(width(i) - cells.get(i).length());
      text.append(i == 0 ? "" : "  ");
      text.append(i < words ? cells.get(i) + padding : padding + cells.get(i));
    }
    while (text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    text.append('\n');
  }

  private int width(int column) {
    return IntStream.concat(
            IntStream.of(header.get(column).length()),
            rows.stream().mapToInt(row -> row.get(column).length()))
        .max()
        .orElseThrow();
  }

  String markdown() {
    StringBuilder text = new StringBuilder("### ").append(title).append("\n\n");
    text.append(markdownLine(header)).append('\n');
    text.append('|');
    for (int i = 0; i < header.size(); i++) {
      text.append(i < words ? "---|" : "---:|");
    }
    text.append('\n');
    rows.forEach(row -> text.append(markdownLine(row)).append('\n'));
    return text.toString();
  }

  private static String markdownLine(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }
}
