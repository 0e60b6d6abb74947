package io.holdfast.server.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of {@link ForwardFrame}. */
final class ForwardCodec {
  static final int FORMAT_VERSION = 1;

  /** Most requests or answers in one frame. */
  static final int ITEMS_MAX = 4_096;

  /** Longest encoded request or reply. */
  static final int ITEM_BYTES_MAX = 8 << 20;

  private static final int REQUESTS = 1;
  private static final int ANSWERS = 2;

  private ForwardCodec() {}

  static byte[] encode(ForwardFrame frame) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT_VERSION);
      if (frame instanceof ForwardFrame.Requests requests) {
        out.writeByte(REQUESTS);
        out.writeLong(requests.origin());
        out.writeLong(requests.term());
        out.writeInt(requests.asks().size());
        for (ForwardFrame.Ask ask : requests.asks()) {
          out.writeLong(ask.correlation());
          out.writeBoolean(ask.principal() != null);
          if (ask.principal() != null) {
            out.writeUTF(ask.principal());
          }
          writeBytes(out, ask.request());
        }
      } else if (frame instanceof ForwardFrame.Answers answers) {
        out.writeByte(ANSWERS);
        out.writeLong(answers.origin());
        out.writeInt(answers.answers().size());
        for (ForwardFrame.Answer answer : answers.answers()) {
          out.writeLong(answer.correlation());
          out.writeLong(answer.appliedIndex());
          writeBytes(out, answer.reply());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a frame.
   *
   * @throws IllegalArgumentException if the bytes are no frame of a known version; the message says
   *     why
   */
  static ForwardFrame decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version != FORMAT_VERSION) {
        throw new IllegalArgumentException("unknown forwarding format version " + version);
      }
      int kind = in.readUnsignedByte();
      long origin = in.readLong();
      long term = kind == REQUESTS ? in.readLong() : 0;
      int count = in.readInt();
      if (count < 0 || count > ITEMS_MAX) {
        throw new IllegalArgumentException(
            "a frame of " + count + " items is outside 0.." + ITEMS_MAX);
      }
      ForwardFrame frame =
          switch (kind) {
            case REQUESTS -> new ForwardFrame.Requests(origin, term, readAsks(in, count));
            case ANSWERS -> new ForwardFrame.Answers(origin, readAnswers(in, count));
            default -> throw new IllegalArgumentException("unknown kind of frame " + kind);
          };
      if (in.read() != -1) {
        throw new IllegalArgumentException("bytes follow the end of a forwarding frame");
      }
      return frame;
    } catch (IOException e) {
      throw new IllegalArgumentException("truncated or malformed forwarding frame", e);
    }
  }

  private static List<ForwardFrame.Ask> readAsks(DataInputStream in, int count) throws IOException {
    List<ForwardFrame.Ask> asks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long correlation = in.readLong();
      String principal = readFlag(in) ? in.readUTF() : null;
      byte[] request = readBytes(in);
      if (request == null) {
        throw new IllegalArgumentException("a forwarded request without bytes");
      }
      asks.add(new ForwardFrame.Ask(correlation, principal, request));
    }
    return asks;
  }

  private static List<ForwardFrame.Answer> readAnswers(DataInputStream in, int count)
      throws IOException {
    List<ForwardFrame.Answer> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(new ForwardFrame.Answer(in.readLong(), in.readLong(), readBytes(in)));
    }
    return answers;
  }

  private static boolean readFlag(DataInputStream in) throws IOException {
    int flag = in.readUnsignedByte();
    if (flag > 1) {
      throw new IllegalArgumentException("flag " + flag + " is neither 0 nor 1");
    }
    return flag == 1;
  }

  private static void writeBytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      out.writeInt(-1);
    } else {
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static byte @Nullable [] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == -1) {
      return null;
    }
    if (length < 0 || length > ITEM_BYTES_MAX) {
      throw new IllegalArgumentException(
          "an item of " + length + " bytes is outside 0.." + ITEM_BYTES_MAX);
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new IllegalArgumentException("a forwarding frame ends inside an item");
    }
    return bytes;
  }
}
