package io.holdfast.bench.worker;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The process that runs the members of one replicated log, each in a process of its own, and hands
 * the load to the one that leads.
 */
public final class RaftGroup {
  private final Members members;
  private final List<Talk> talks = new ArrayList<>();

  private RaftGroup(Members members) {
    this.members = members;
  }

  /** A conversation with one member. */
  private record Talk(BufferedReader answers, BufferedWriter orders) {
    Line ask(Line order) throws IOException {
      orders.write(order.encode());
      orders.newLine();
      orders.flush();
      return hear();
    }

    Line hear() throws IOException {
      String text = answers.readLine();
      if (text == null) {
        throw new IOException("a member ended; see its member.log");
      }
      Line line = Line.decode(text);
      if (line.word().equals("failed")) {
        throw new IOException(line.text("message"));
      }
      return line;
    }
  }

  /**
   * @param arguments class name of the member's factory, and a directory
   */
  public static void main(String[] arguments) throws Exception {
    Orders orders = new Orders();
    try (Members members = new Members(Path.of(arguments[1]))) {
      RaftGroup group = new RaftGroup(members);
      group.start(arguments[0]);
      orders.answer(Line.of("ready").with("version", factory(arguments[0]).version()));
      orders.serve(group::commands);
    } catch (IOException | RuntimeException failure) {
      orders.failed(failure);
    }
  }

  static RaftMember.Factory factory(String className) throws ReflectiveOperationException {
    return Class.forName(className)
        .asSubclass(RaftMember.Factory.class)
        .getDeclaredConstructor()
        .newInstance();
  }

  private void start(String factory) throws IOException, InterruptedException {
    List<Integer> ports = Members.freePorts(LockSystem.MEMBERS);
    for (int number = 0; number < LockSystem.MEMBERS; number++) {
      List<String> arguments = new ArrayList<>();
      arguments.addAll(List.of(factory, String.valueOf(number), members.folder(number).toString()));
      ports.forEach(port -> arguments.add(String.valueOf(port)));
      Process process =
          members.startTalking(
              number,
              Members.java(
                  List.of(), RaftProcess.class.getName(), arguments.toArray(new String[0])));
      talks.add(
          new Talk(
              process.inputReader(StandardCharsets.UTF_8),
              process.outputWriter(StandardCharsets.UTF_8)));
    }
    for (Talk talk : talks) {
      var unused = talk.hear();
    }
    Members.await("a member leads", () -> leader() != null);
  }

  private @Nullable Talk leader() throws IOException {
    for (Talk talk : talks) {
      if (talk.ask(Line.of("leads")).text("yes").equals("true")) {
        return talk;
      }
    }
    return null;
  }

  private Line commands(Line order) throws IOException {
    Talk leader = leader();
    if (leader == null) {
      throw new IllegalStateException("no member leads");
    }
    String pids = members.pids().stream().map(String::valueOf).collect(Collectors.joining(","));
    return leader.ask(order.with("pids", pids));
  }
}
