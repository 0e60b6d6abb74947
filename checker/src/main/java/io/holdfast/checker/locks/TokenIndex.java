package io.holdfast.checker.locks;

import java.util.Arrays;

/** Finds the hold of a token: by table where tokens are close together, else by halving. */
final class TokenIndex {
  private static final int TABLE_PER_TOKEN_MAX = 8;

  private final long[] tokens;
  private final int[] table;
  private final long least;

  /** Indexes tokens in ascending order. */
  TokenIndex(long[] tokens) {
    this.tokens = tokens;
    int count = tokens.length;
    long range = count == 0 ? 0 : tokens[count - 1] - tokens[0] + 1;
    least = count == 0 ? 0 : tokens[0];
    if (range > 0 && range <= (long) TABLE_PER_TOKEN_MAX * count) {
      table = new int[(int) range];
      Arrays.fill(table, -1);
      for (int i = 0; i < count; i++) {
        table[(int) (tokens[i] - least)] = i;
      }
    } else {
      table = new int[0];
    }
  }

  /** Place of the token, or -1. */
  int find(long token) {
    if (table.length > 0) {
      long offset = token - least;
      return offset >= 0 && offset < table.length ? table[(int) offset] : -1;
    }
    int place = Arrays.binarySearch(tokens, token);
    return place < 0 ? -1 : place;
  }
}
