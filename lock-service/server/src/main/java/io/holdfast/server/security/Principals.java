package io.holdfast.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everybody who may use the service, found by credential. Tokens are known by their SHA-256 alone,
 * so that the file gives none away, and so that the time of a look-up tells nothing about a token:
 * they are long random texts, which no list of guesses covers. Immutable.
 */
public final class Principals {
  private final Map<String, Principal> byTokenHash;
  private final Map<String, Principal> byCertificateSubject;

  Principals(Map<String, Principal> byTokenHash, Map<String, Principal> byCertificateSubject) {
    this.byTokenHash = new HashMap<>(byTokenHash);
    this.byCertificateSubject = new HashMap<>(byCertificateSubject);
  }

  /** The principal with that bearer token. */
  public Optional<Principal> byToken(String token) {
    return Optional.ofNullable(byTokenHash.get(hash(token)));
  }

  /**
   * The principal with a client certificate of that subject.
   *
   * @param subject the distinguished name as RFC 2253 writes it
   */
  public Optional<Principal> byCertificateSubject(String subject) {
    return Optional.ofNullable(byCertificateSubject.get(subject));
  }

  /** The SHA-256 of a token's UTF-8, in lower-case hexadecimal digits. */
  public static String hash(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Names of everybody, for tests and listings. */
  List<String> names() {
    return Stream.concat(byTokenHash.values().stream(), byCertificateSubject.values().stream())
        .map(Principal::name)
        .distinct()
        .sorted()
        .toList();
  }
}
