package io.holdfast.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The wire names of the enums, each mapped to its constant. */
final class WireNames {
  static final Map<String, LockMode> MODES = map(LockMode.values(), LockMode::wireName);
  static final Map<String, Reply.Kind> KINDS = map(Reply.Kind.values(), Reply.Kind::wireName);
  static final Map<String, Reply.CancelOutcome> CANCEL_OUTCOMES =
      map(Reply.CancelOutcome.values(), Reply.CancelOutcome::wireName);
  static final Map<String, Reply.PeerRole> ROLES =
      map(Reply.PeerRole.values(), Reply.PeerRole::wireName);
  static final Map<String, Reply.MemberRole> MEMBER_ROLES =
      map(Reply.MemberRole.values(), Reply.MemberRole::wireName);
  static final Map<String, Event.Type> EVENTS = map(Event.Type.values(), Event.Type::wireName);
  static final Map<String, Event.WaitEnd> WAIT_ENDS =
      map(Event.WaitEnd.values(), Event.WaitEnd::wireName);
  static final Map<String, Event.SessionEnd> SESSION_ENDS =
      map(Event.SessionEnd.values(), Event.SessionEnd::wireName);
  static final Map<String, Event.Change> CHANGES =
      map(Event.Change.values(), Event.Change::wireName);

  private WireNames() {}

  private static <E> Map<String, E> map(E[] constants, Function<E, String> wireName) {
    Map<String, E> byName = new LinkedHashMap<>();
    for (E constant : constants) {
      byName.put(wireName.apply(constant), constant);
    }
    return byName;
  }
}
