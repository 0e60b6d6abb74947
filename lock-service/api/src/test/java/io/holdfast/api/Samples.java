package io.holdfast.api;

import java.util.List;

/** One of everything, at least. */
final class Samples {
  private static final LeaderHint LEADER = new LeaderHint("p2", "host-2:7070");
  private static final List<Holder> HOLDERS =
      List.of(
          new Holder(5, "worker-1", 41, LockMode.SHARED, 1),
          new Holder(9, "größe \uD83D\uDD12", 42, LockMode.SEMAPHORE, 3));

  static final List<Request> REQUESTS =
      List.of(
          new Request.Hello(1, "test", null),
          new Request.Hello(1, "test", "bearer"),
          new Request.OpenSession("nonce-1", 10_000, "host:pid"),
          new Request.OpenSession("nonce-2", 10_000, ""),
          new Request.KeepAlive(5),
          new Request.CloseSession(5),
          new Request.Attach(Long.MAX_VALUE),
          new Request.Acquire(
              5,
              0,
              new RequestId.Sequence(8, 7),
              "orders/42",
              "w",
              LockMode.EXCLUSIVE,
              0,
              0,
              5_000),
          new Request.Acquire(
              0, 3_000, RequestId.of("key"), "größe/\uD83D\uDD12", "w", LockMode.SHARED, 0, 0, -1),
          new Request.Acquire(5, 0, null, "pool", "w", LockMode.SEMAPHORE, 10, 3, 0),
          new Request.AcquireAll(5, RequestId.of(9), List.of("a", "b/c"), "w", 10),
          new Request.Release(5, RequestId.of(10), "orders/42", "w", 41),
          new Request.CancelWait(5, RequestId.of(8)),
          new Request.CancelWait(5, RequestId.of("key")),
          new Request.Publish(5, RequestId.of(11), "leader", "w", 41, "{\"a\":\"\\\n\"}"),
          new Request.Check("orders/42", 41, true),
          new Request.GetLock("orders/42", false),
          new Request.ListLocks("", "", 100, false),
          new Request.ListLocks("orders/", "orders/42", 1, true),
          new Request.ListSessions(0, 100, false),
          new Request.ListSessions(77, 1, true),
          new Request.Watch("orders/42", null, 0),
          new Request.Watch(null, "", 17),
          new Request.Unwatch(3),
          new Request.Cluster(),
          new Request.ForceRelease("orders/42", null),
          new Request.ForceRelease("orders/42", RequestId.of("f")),
          new Request.Forget("orders/42"),
          new Request.Members(),
          new Request.AddMember("peer-4", "host-4:7800", "host-4:7070"),
          new Request.PromoteMember("4"),
          new Request.DemoteMember("peer-4"),
          new Request.RemoveMember("peer-4"),
          new Request.Transfer(null),
          new Request.Transfer("peer-2"));

  static final List<Reply> REPLIES =
      List.of(
          new Reply.Welcome("p1", LEADER, new Reply.ServerLimits(1_000, 86_400_000, 1024, 1 << 20)),
          new Reply.Welcome("p1", null, new Reply.ServerLimits(1_000, 86_400_000, 1024, 1 << 20)),
          new Reply.SessionOpened(5, 10_000),
          new Reply.KeptAlive(5, 10_000),
          new Reply.SessionClosed(5),
          new Reply.Attached(5),
          new Reply.Attached(5, List.of()),
          new Reply.Attached(5, List.of(new Grant("a", 1), new Grant("b", 7))),
          new Reply.Granted("orders/42", 41, 5, 1_000),
          new Reply.GrantedAll(List.of(new Grant("a", 1), new Grant("b", 7)), 5, 1_000),
          new Reply.Queued("orders/42", 3, 5),
          new Reply.Busy("orders/42", HOLDERS, 5),
          new Reply.Released("orders/42"),
          new Reply.WaitCancelled(Reply.CancelOutcome.WITHDRAWN, List.of()),
          new Reply.WaitCancelled(Reply.CancelOutcome.GRANTED, List.of(new Grant("a", 1))),
          new Reply.Published("leader"),
          new Reply.Checked(true, 41, HOLDERS),
          new Reply.LockState(
              "pool",
              10,
              42,
              HOLDERS,
              List.of(new Waiter(6, "w", LockMode.EXCLUSIVE, 1)),
              1,
              "value",
              99),
          new Reply.LockState("free", 0, 0, List.of(), List.of(), 0, null, 99),
          new Reply.LockPage(List.of(new Reply.LockRow("a", 0, 4, 1, 2)), true, 99),
          new Reply.SessionPage(
              List.of(
                  new Reply.SessionRow(5, 10_000, "host", "alice", 1, 2),
                  new Reply.SessionRow(6, 10_000, "", null, 0, 0)),
              false,
              99),
          new Reply.Watching(3, 99, true),
          new Reply.Unwatched(3),
          new Reply.ClusterState(
              "p1",
              LEADER,
              7,
              99,
              98,
              List.of(
                  new Reply.PeerRow("p1", "host-1:7070", Reply.PeerRole.FOLLOWER, 98, 1, 12),
                  new Reply.PeerRow("p2", null, Reply.PeerRole.UNKNOWN, 0, 0, -1)),
              "disk failed"),
          new Reply.ForceReleased("orders/42", 2),
          new Reply.MemberList(
              List.of(
                  new Reply.MemberRow(
                      "p1", "host-1:7800", "host-1:7070", Reply.MemberRole.VOTER, true, 99, 0, 0),
                  new Reply.MemberRow(
                      "p4",
                      "host-4:7800",
                      "host-4:7070",
                      Reply.MemberRole.LEARNER,
                      false,
                      0,
                      99,
                      -1)),
              true,
              99),
          new Reply.Transferred("p2"),
          new Reply.Forgotten("orders/42", 41),
          Reply.Failed.of(ErrorCode.OUTCOME_UNKNOWN, "no answer in time"),
          Reply.Failed.of(ErrorCode.SESSION_EXPIRED, "session", "5", "open another"),
          new Reply.Failed(
              ErrorCode.DEADLOCK, "a cycle", null, null, LEADER, List.of("5/w", "a", "6/w", "b")));

  static final List<Event> EVENTS =
      List.of(
          new Event.Granted(5, RequestId.of(8), "orders/42", 42, 1_001),
          new Event.Granted(5, RequestId.of("key"), "orders/42", 42, 1_001),
          new Event.GrantedAll(5, RequestId.of(9), List.of(new Grant("a", 2)), 1_002),
          new Event.WaitEnded(5, RequestId.of(8), "orders/42", Event.WaitEnd.TIMEOUT),
          new Event.Revoked(5, "orders/42", "w", 42, 1_003),
          new Event.SessionEnded(5, Event.SessionEnd.EXPIRED),
          new Event.LockChanged(3, 1_003, Event.Change.GRANTED, "a", 5, "w", 3, null),
          new Event.LockChanged(3, 1_004, Event.Change.VALUE, "a", 0, null, 0, "v"),
          new Event.WatchReset(3, 1_005),
          new Event.LeaderChanged(LEADER),
          new Event.LeaderChanged(null),
          new Event.GoingAway());

  private Samples() {}
}
