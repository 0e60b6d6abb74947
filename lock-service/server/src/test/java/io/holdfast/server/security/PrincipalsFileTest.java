package io.holdfast.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.server.DocumentedPage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrincipalsFileTest {
  private static final String HASH = Principals.hash("secret");

  @Test
  void theExampleOfThePageIsAValidFile() {
    String page = DocumentedPage.read("security.md");
    String example = page.substring(page.indexOf("```json") + 7);
    Principals principals = PrincipalsFile.parse(example.substring(0, example.indexOf("```")));
    assertThat(principals.names()).containsExactly("billing", "operator");
    Principal operator = principals.byCertificateSubject("CN=operator,O=Example").orElseThrow();
    assertThat(operator.may(Permission.ADMIN, "anything")).isTrue();
    assertThat(operator.may(Permission.ACQUIRE, "anything")).isFalse();
  }

  @Test
  void aTokenIsKnownByItsHashAlone() {
    Principals principals = PrincipalsFile.parse(file(HASH, "[\"read\"]"));
    assertThat(principals.byToken("secret")).map(Principal::name).contains("a");
    assertThat(principals.byToken(HASH)).isEmpty();
    assertThat(principals.byToken("")).isEmpty();
    // printf %s secret | sha256sum
    assertThat(HASH).isEqualTo("2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b");
  }

  @Test
  void aPermissionCoversThePrefixItWasGivenForAndNothingElse() {
    Principal principal =
        PrincipalsFile.parse(file(HASH, "[\"read\"]")).byToken("secret").orElseThrow();
    assertThat(principal.may(Permission.READ, "x/1")).isTrue();
    assertThat(principal.may(Permission.READ, "x/")).isTrue();
    assertThat(principal.may(Permission.READ, "x")).isFalse();
    assertThat(principal.may(Permission.READ, "")).isFalse();
    assertThat(principal.may(Permission.ACQUIRE, "x/1")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{                                        | not JSON at line 1",
        "[]                                       | the file: expected an object",
        "{}                                       | the file.principals: expected an array",
        "{\"principals\":[],\"x\":1}              | not \"x\"",
        "{\"principals\":[],\"principals\":[]}    | not JSON",
        "{\"principals\":[{}]}                    | principals[0].name: expected a text",
        "{\"principals\":[{\"name\":\"a b\"}]}    | principals[0].name: expected 1 to 128",
        "{\"principals\":[{\"name\":\"a\",\"permissions\":[]}]} | by which it is known",
        "{\"principals\":[{\"name\":\"a\",\"tokenSha256\":[\"secret\"],\"permissions\":[]}]} | 64 lower-case hex",
        "{\"principals\":[{\"name\":\"a\",\"permission\":[]}]} | not \"permission\"",
        "{\"principals\":[{\"name\":\"a\",\"permissions\":[{\"prefix\":\"\",\"allow\":[\"write\"]}]}]} | one of acquire, read, admin",
        "{\"principals\":[{\"name\":\"a\",\"permissions\":[{\"prefix\":\"\",\"allow\":[]}]}]} | at least one of",
        "{\"principals\":[{\"name\":\"a\",\"permissions\":[{\"allow\":[\"read\"]}]}]} | prefix: expected a text",
      })
  void aWrongFileIsRefusedWithThePlace(String text, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrincipalsFile.parse(text))
        .withMessageContaining(expected)
        .withMessageNotContaining("secret");
  }

  @Test
  void oneCredentialCannotMeanTwoPrincipals() {
    String one = "{\"name\":\"%s\",\"tokenSha256\":[\"" + HASH + "\"],\"permissions\":[]}";
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PrincipalsFile.parse(
                    "{\"principals\":[" + one.formatted("a") + "," + one.formatted("b") + "]}"))
        .withMessageContaining("principal \"a\" has the same");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PrincipalsFile.parse(
                    "{\"principals\":[" + one.formatted("a") + "," + one.formatted("a") + "]}"))
        .withMessageContaining("stands twice");
  }

  @Test
  void aFileThatCannotBeReadIsNamed(@TempDir Path directory) throws Exception {
    assertThatExceptionOfType(PrincipalsException.class)
        .isThrownBy(() -> PrincipalsFile.read(directory.resolve("none.json")))
        .withMessageContaining("none.json");
    Path good = directory.resolve("good.json");
    Files.writeString(good, file(HASH, "[\"read\"]"));
    assertThat(PrincipalsFile.read(good).names()).containsExactly("a");
  }

  private static String file(String hash, String allow) {
    return "{\"principals\":[{\"name\":\"a\",\"tokenSha256\":[\""
        + hash
        + "\"],\"permissions\":[{\"prefix\":\"x/\",\"allow\":"
        + allow
        + "}]}]}";
  }
}
