package io.holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page that specifies the protocol says what the codec does, to the letter. */
class ProtocolPageTest {
  private static final Path PAGE = Path.of("..", "..", "docs", "stream-protocol.md");

  private static List<String> example(String direction) throws IOException {
    List<String> lines =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith(direction))
            .map(line -> line.substring(direction.length()))
            .toList();
    assertThat(lines).isNotEmpty();
    return lines;
  }

  private static String body(FrameBuffer frame) {
    return new String(Arrays.copyOfRange(frame.toByteArray(), 4, frame.size()), UTF_8);
  }

  @Test
  void requestsOfTheExampleAreWrittenAsThePageHasThem() throws IOException {
    for (String line : example("> ")) {
      Received received = Received.requests(line.getBytes(UTF_8));
      assertThat(received.rejected).isEmpty();
      FrameBuffer frame = new FrameBuffer();
      ProtocolCodec.encodeRequests(received.requests, frame);
      assertThat(body(frame)).isEqualTo(line);
    }
  }

  @Test
  void answersOfTheExampleAreWrittenAsThePageHasThem() throws IOException {
    for (String line : example("< ")) {
      FrameBuffer frame = new FrameBuffer();
      ProtocolCodec.encodeMessages(Received.messages(line.getBytes(UTF_8)), frame);
      assertThat(body(frame)).isEqualTo(line);
    }
  }

  @Test
  void pageNamesEveryOperationResultEventAndError() throws IOException {
    String page = Files.readString(PAGE);
    for (Op op : Op.values()) {
      assertThat(page).contains("`" + op.wireName() + "`");
    }
    for (Reply.Kind kind : Reply.Kind.values()) {
      if (kind != Reply.Kind.FAILED) {
        assertThat(page).contains("`" + kind.wireName() + "`");
      }
    }
    for (Event.Type type : Event.Type.values()) {
      assertThat(page).contains("| `" + type.wireName() + "` |");
    }
    for (Event.WaitEnd reason : Event.WaitEnd.values()) {
      assertThat(page).contains("`" + reason.wireName() + "`");
    }
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(page).contains("`" + code.wireName() + "`");
    }
  }
}
