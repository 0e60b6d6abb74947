package io.holdfast.checker.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small numbers for the names that come again and again, without making a string for each. */
final class Names {
  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private char[][] slots = new char[64][];
  private int[] slotIds = new int[64];

  List<String> names() {
    return names;
  }

  String name(int id) {
    return names.get(id);
  }

  int id(String name) {
    Integer known = ids.get(name);
    return known != null ? known : id(name.toCharArray(), 0, name.length());
  }

  int id(char[] text, int start, int length) {
    int mask = slots.length - 1;
    int slot = hash(text, start, length) & mask;
    while (slots[slot] != null) {
      if (same(slots[slot], text, start, length)) {
        return slotIds[slot];
      }
      slot = (slot + 1) & mask;
    }
    char[] copy = java.util.Arrays.copyOfRange(text, start, start + length);
    int id = names.size();
    String name = new String(copy);
    names.add(name);
    ids.put(name, id);
    slots[slot] = copy;
    slotIds[slot] = id;
    if (names.size() * 2 > slots.length) {
      grow();
    }
    return id;
  }

  /** The same for a name of ASCII characters only. */
  int id(byte[] ascii, int start, int length) {
    int mask = slots.length - 1;
    int hash = length;
    for (int i = start; i < start + length; i++) {
      hash = hash * 31 + ascii[i];
    }
    int slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] != null) {
      if (same(slots[slot], ascii, start, length)) {
        return slotIds[slot];
      }
      slot = (slot + 1) & mask;
    }
    char[] text = new char[length];
    for (int i = 0; i < length; i++) {
      text[i] = (char) ascii[start + i];
    }
    return id(text, 0, length);
  }

  private static boolean same(char[] name, byte[] ascii, int start, int length) {
    if (name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name[i] != ascii[start + i]) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    char[][] old = slots;
    int[] oldIds = slotIds;
    slots = new char[old.length * 2][];
    slotIds = new int[old.length * 2];
    int mask = slots.length - 1;
    for (int i = 0; i < old.length; i++) {
      if (old[i] != null) {
        int slot = hash(old[i], 0, old[i].length) & mask;
        while (slots[slot] != null) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = old[i];
        slotIds[slot] = oldIds[i];
      }
    }
  }

  private static int hash(char[] text, int start, int length) {
    int hash = length;
    for (int i = start; i < start + length; i++) {
      hash = hash * 31 + text[i];
    }
    return hash ^ (hash >>> 15);
  }

  private static boolean same(char[] name, char[] text, int start, int length) {
    if (name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name[i] != text[start + i]) {
        return false;
      }
    }
    return true;
  }
}
