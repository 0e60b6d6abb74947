package io.holdfast.locks;

import org.jspecify.annotations.Nullable;

/**
 * One object for texts that come again and again, such as the owners of holds: every command brings
 * a text of its own, and a million holds would keep a million. It remembers the latest few only, so
 * it shares no more than it happens to and never shows in the state.
 */
final class SharedTexts {
  private static final int PLACES = 1_024;

  private final @Nullable String[] recent = new @Nullable String[PLACES];

  /** An equal text, maybe one that is in use already. */
  String share(String text) {
    int hash = text.hashCode();
    int place = (hash ^ hash >>> 10) & (PLACES - 1);
    String known = recent[place];
    if (known != null && known.equals(text)) {
      return known;
    }
    recent[place] = text;
    return text;
  }
}
