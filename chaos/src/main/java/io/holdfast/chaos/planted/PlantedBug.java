package io.holdfast.chaos.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A deliberate fault, as its definition file tells it.
 *
 * @param name as the command line names it
 * @param title what the code does wrong, in a few words
 * @param breaks what that endangers
 * @param source where the idea comes from
 * @param attack what is expected to find it
 * @param campaign the attack on real peers that found it, and what its report said
 * @param note what else a reader of the table should know; may be empty
 * @param edits the replacements that make it
 */
public record PlantedBug(
    String name,
    String title,
    String breaks,
    String source,
    Attack attack,
    Campaign campaign,
    String note,
    List<Edit> edits) {
  private static final Pattern NAME = Pattern.compile("[A-Z][0-9]{2}[a-z]?");

  /** Stands for the code as it is. */
  public static final PlantedBug NO_BUG =
      new PlantedBug(
          "S00", "nothing", "nothing", "the sources", Attack.NONE, Campaign.NONE, "", List.of());

  /**
   * An attack on real peers.
   *
   * @param options of {@code holdfast chaos run}; empty when no such attack found the bug
   * @param found what the report said
   */
  public record Campaign(String options, String found) {
    static final Campaign NONE = new Campaign("", "");
  }

  /** What is expected to find a planted bug. */
  public enum Attack {
    /** The simulator, from a seed. */
    SIMULATION,
    /** Real processes: it is in code that a simulation replaces. */
    PROCESSES,
    /** Nothing: the code as it is built leaves no room for it, and the note says why. */
    NONE
  }

  public PlantedBug {
    edits = List.copyOf(edits);
    if (!NAME.matcher(name).matches()) {
      throw new PlantedBugException("'" + name + "' is not a name such as M07");
    }
    if (title.isEmpty() || breaks.isEmpty() || source.isEmpty()) {
      throw new PlantedBugException("bug " + name + " needs a title, a source and what it breaks");
    }
    if (edits.isEmpty() != (attack == Attack.NONE)) {
      throw new PlantedBugException(
          "bug " + name + ": 'attack: none' goes with no edit, and only with none");
    }
  }

  /** The source files it changes, relative to the project's root, in order. */
  public List<String> files() {
    TreeSet<String> files = new TreeSet<>();
    edits.forEach(edit -> files.add(edit.file()));
    return List.copyOf(files);
  }

  /**
   * Reads a definition: {@code key: value} lines, then for each edit a line {@code in FILE} and
   * lines that begin with {@code -} (as it is), {@code +} (as it shall be) or a blank (both). An
   * empty line ends an edit; lines that begin with {@code #} outside of edits are remarks.
   *
   * @throws PlantedBugException naming the line that is wrong
   */
  static PlantedBug parse(String name, List<String> lines) {
    Map<String, String> fields = new TreeMap<>();
    List<Edit> edits = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (line.startsWith("in ")) {
        List<String> hunk = new ArrayList<>();
        while (at < lines.size() && !lines.get(at).isEmpty()) {
          hunk.add(lines.get(at++));
        }
        edits.add(edit(name, line.substring(3).strip(), hunk));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        int colon = line.indexOf(": ");
        if (colon < 0 || fields.put(line.substring(0, colon), line.substring(colon + 2)) != null) {
          throw new PlantedBugException(
              "bug " + name + ", line " + at + ": expected 'key: value' once, got '" + line + "'");
        }
      }
    }
    return of(name, fields, edits);
  }

  private static Edit edit(String bug, String file, List<String> hunk) {
    List<String> find = new ArrayList<>();
    List<String> put = new ArrayList<>();
    for (String line : hunk) {
      char kind = line.charAt(0);
      if (kind != '-' && kind != '+' && kind != ' ') {
        throw new PlantedBugException(
            "bug " + bug + ": '" + line + "' begins neither with -, + nor a blank");
      }
      if (kind != '+') {
        find.add(line.substring(1));
      }
      if (kind != '-') {
        put.add(line.substring(1));
      }
    }
    return new Edit(file, find, put);
  }

  private static PlantedBug of(String name, Map<String, String> fields, List<Edit> edits) {
    String attack = taken(fields, "attack", "simulation").toUpperCase(Locale.ROOT);
    PlantedBug bug;
    try {
      bug =
          new PlantedBug(
              name,
              taken(fields, "title", ""),
              taken(fields, "breaks", ""),
              taken(fields, "source", ""),
              Attack.valueOf(attack),
              new Campaign(taken(fields, "campaign", ""), taken(fields, "found", "")),
              taken(fields, "note", ""),
              edits);
    } catch (IllegalArgumentException unknown) {
      throw new PlantedBugException(
          "bug " + name + ": attack is simulation, processes or none", unknown);
    }
    if (!fields.isEmpty()) {
      throw new PlantedBugException("bug " + name + ": unknown keys " + fields.keySet());
    }
    return bug;
  }

  private static String taken(Map<String, String> fields, String key, String otherwise) {
    String value = fields.remove(key);
    return value == null ? otherwise : value.strip();
  }
}
