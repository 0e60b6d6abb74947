package io.holdfast.chaos.planted;

import java.util.ArrayList;
import java.util.List;

/**
 * One replacement in one source file: some whole lines, which occur exactly once, become others.
 * Lines are compared without the blanks around them, so that formatting does not matter.
 *
 * @param file relative to the project's root, with slashes
 * @param find the lines as they are; at least one
 * @param put the lines instead
 */
record Edit(String file, List<String> find, List<String> put) {
  Edit {
    find = List.copyOf(find);
    put = List.copyOf(put);
    if (find.isEmpty()) {
      throw new PlantedBugException("an edit of " + file + " names no line to replace");
    }
  }

  /**
   * @throws PlantedBugException if the lines do not occur, or occur more than once
   */
  List<String> applyTo(List<String> source, String bug) {
    List<Integer> places = new ArrayList<>();
    for (int at = 0; at + find.size() <= source.size(); at++) {
      if (matches(source, at)) {
        places.add(at + 1);
      }
    }
    if (places.size() != 1) {
      throw new PlantedBugException(
          "bug "
              + bug
              + " does not fit "
              + file
              + ": the lines from '"
              + find.get(0).strip()
              + "' on occur "
              + (places.isEmpty() ? "nowhere" : "at lines " + places)
              + "; adapt the definition to the source as it is now");
    }
    int at = places.get(0) - 1;
    List<String> edited = new ArrayList<>(source.subList(0, at));
    edited.addAll(put);
    edited.addAll(source.subList(at + find.size(), source.size()));
    return edited;
  }

  private boolean matches(List<String> source, int from) {
    for (int at = 0; at < find.size(); at++) {
      if (!source.get(from + at).strip().equals(find.get(at).strip())) {
        return false;
      }
    }
    return true;
  }
}
