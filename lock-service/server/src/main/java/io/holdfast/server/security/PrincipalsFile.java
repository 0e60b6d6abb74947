package io.holdfast.server.security;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the principals file:
 *
 * <pre>{@code
 * {"principals": [
 *   {"name": "billing",
 *    "tokenSha256": ["64 hexadecimal digits"],
 *    "certificateSubjects": ["CN=billing,O=Example"],
 *    "permissions": [{"prefix": "billing/", "allow": ["acquire", "read"]}]}]}
 * }</pre>
 *
 * Whatever is not exactly of this form is refused with the place where it stands, because a
 * permission that was misspelt must not go unnoticed.
 */
public final class PrincipalsFile {
  private static final long BYTES_MAX = 4 * 1024 * 1024;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,128}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Map<String, Principal> byTokenHash = new HashMap<>();
  private final Map<String, Principal> bySubject = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  private PrincipalsFile() {}

  /**
   * Reads a file.
   *
   * @throws PrincipalsException if it cannot be read or is wrong; the message names file, place and
   *     what was expected
   */
  public static Principals read(Path file) throws PrincipalsException {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new IOException("it is longer than " + BYTES_MAX + " bytes");
      }
      return parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new PrincipalsException("principals file " + file + " cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new PrincipalsException("principals file " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the text of a file.
   *
   * @throws IllegalArgumentException if it is wrong
   */
  static Principals parse(String text) {
    try {
      return new PrincipalsFile().readAll(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      // The source is left out: it may hold a token that was written where its hash belongs.
      throw new IllegalArgumentException(
          "not JSON at line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr(),
          e);
    }
  }

  private Principals readAll(JsonNode root) {
    onlyFields(root, "the file", "principals");
    JsonNode list = array(root, "principals", "the file");
    for (int i = 0; i < list.size(); i++) {
      readPrincipal(list.get(i), "principals[" + i + "]");
    }
    return new Principals(byTokenHash, bySubject);
  }

  private void readPrincipal(JsonNode node, String place) {
    onlyFields(node, place, "name", "tokenSha256", "certificateSubjects", "permissions");
    String name = text(node.path("name"), place + ".name");
    if (!NAME.matcher(name).matches()) {
      throw wrong(place + ".name", "1 to 128 letters, digits or . _ @ -");
    }
    if (!names.add(name)) {
      throw wrong(place + ".name", "a name of its own; \"" + name + "\" stands twice");
    }
    Principal principal = new Principal(name, readGrants(node, place));
    boolean known = false;
    for (String hash : texts(node, "tokenSha256", place)) {
      if (!SHA_256.matcher(hash).matches()) {
        throw wrong(place + ".tokenSha256", "the token's SHA-256 in 64 lower-case hex digits");
      }
      refuseShared(byTokenHash.put(hash, principal), place + ".tokenSha256");
      known = true;
    }
    for (String subject : texts(node, "certificateSubjects", place)) {
      refuseShared(bySubject.put(subject, principal), place + ".certificateSubjects");
      known = true;
    }
    if (!known) {
      throw wrong(place, "a tokenSha256 or a certificateSubject by which it is known");
    }
  }

  private static List<Principal.Grant> readGrants(JsonNode node, String place) {
    List<Principal.Grant> grants = new ArrayList<>();
    JsonNode list = array(node, "permissions", place);
    for (int i = 0; i < list.size(); i++) {
      String own = place + ".permissions[" + i + "]";
      onlyFields(list.get(i), own, "prefix", "allow");
      Set<Permission> allowed = EnumSet.noneOf(Permission.class);
      for (String name : texts(list.get(i), "allow", own)) {
        allowed.add(permission(name, own + ".allow"));
      }
      if (allowed.isEmpty()) {
        throw wrong(own + ".allow", "at least one of " + permissionNames());
      }
      grants.add(new Principal.Grant(text(list.get(i).path("prefix"), own + ".prefix"), allowed));
    }
    return grants;
  }

  private static Permission permission(String name, String place) {
    return Arrays.stream(Permission.values())
        .filter(permission -> permission.wireName().equals(name))
        .findFirst()
        .orElseThrow(
            () -> wrong(place, "one of " + permissionNames() + " instead of \"" + name + "\""));
  }

  private static String permissionNames() {
    return Arrays.stream(Permission.values())
        .map(Permission::wireName)
        .collect(Collectors.joining(", "));
  }

  private static void onlyFields(JsonNode node, String place, String... known) {
    if (!node.isObject()) {
      throw wrong(place, "an object");
    }
    List<String> names = List.of(known);
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!names.contains(field.getKey())) {
        throw wrong(place, "only the fields " + names + " and not \"" + field.getKey() + "\"");
      }
    }
  }

  private static JsonNode array(JsonNode node, String field, String place) {
    JsonNode value = node.path(field);
    if (!value.isArray()) {
      throw wrong(place + "." + field, "an array");
    }
    return value;
  }

  private static List<String> texts(JsonNode node, String field, String place) {
    if (!node.has(field)) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : array(node, field, place)) {
      texts.add(text(item, place + "." + field));
    }
    return texts;
  }

  private static String text(JsonNode node, String place) {
    if (!node.isTextual()) {
      throw wrong(place, "a text");
    }
    return node.textValue();
  }

  private static void refuseShared(@Nullable Principal other, String place) {
    if (other != null) {
      throw wrong(
          place, "a credential of its own; principal \"" + other.name() + "\" has the same");
    }
  }

  private static IllegalArgumentException wrong(String place, String expected) {
    return new IllegalArgumentException(place + ": expected " + expected);
  }
}
