package io.holdfast.bench.worker;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The process of one member of a replicated log. Ends when its standard input does. */
final class RaftProcess {
  private static final int FIXED_ARGUMENTS = 3;

  private RaftProcess() {}

  /**
   * @param arguments class name of the factory, number, folder, and every member's port
   */
  public static void main(String[] arguments) throws Exception {
    Orders orders = new Orders();
    RaftMember.Factory factory = RaftGroup.factory(arguments[0]);
    List<Integer> ports =
        Arrays.stream(arguments, FIXED_ARGUMENTS, arguments.length).map(Integer::valueOf).toList();
    try (RaftMember member =
        factory.start(Integer.parseInt(arguments[1]), ports, Path.of(arguments[2]))) {
      orders.answer(Line.of("started"));
      orders.serve(order -> answer(member, order));
    }
    // Libraries leave threads behind that are no daemons.
    System.exit(0);
  }

  private static Line answer(RaftMember member, Line order) throws Exception {
    return switch (order.word()) {
      case "leads" -> Line.of("leads").with("yes", member.leads());
      case "commands" ->
          new CommandLoad(member, order.integer("inFlight"))
              .measure(
                  order.integer("warmUp"),
                  order.integer("seconds"),
                  Arrays.stream(order.text("pids").split(",", -1)).map(Long::valueOf).toList())
              .toLine();
      default -> throw new IllegalArgumentException("unknown order " + order.word());
    };
  }
}
