package io.holdfast.server.peer;

import static io.holdfast.server.peer.SimCluster.acquire;
import static io.holdfast.server.peer.SimCluster.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.raft.PeerId;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MembersTest {
  private static final Request ADD = new Request.AddMember("4", "host-4:7800", "host-4:7070");

  @Test
  void aClusterGrowsThroughAnyPeerAndTheNewPeerServes() {
    for (int seed = 50; seed < 60; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimCluster.Client client = cluster.client(cluster.follower());
      long session = client.openSession("a", 60_000);
      client.call(Reply.Granted.class, acquire(session, 1, "x", 0));
      SimPeer newcomer = cluster.startNewcomer(4);
      SimCluster.Client early = cluster.client(newcomer);
      assertThat(errorOf(early.call(new Request.GetLock("x", false))))
          .isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(newcomer.service().state().ready()).isFalse();

      Reply.MemberList added = client.call(Reply.MemberList.class, ADD);
      assertThat(rolesOf(added))
          .isEqualTo("peer-1 voter, peer-2 voter, peer-3 voter, peer-4 learner");
      assertThat(client.call(ADD)).as("asked again").isInstanceOf(Reply.MemberList.class);
      Reply promoted = client.call(new Request.PromoteMember("peer-4"));
      for (int i = 0; i < 100 && promoted instanceof Reply.Failed failed; i++) {
        assertThat(failed.error()).isEqualTo(ErrorCode.MEMBERSHIP_REFUSED);
        assertThat(failed.message()).contains("peer-4", "not caught up");
        cluster.world.runMillis(20);
        promoted = client.call(new Request.PromoteMember("peer-4"));
      }
      assertThat(rolesOf((Reply.MemberList) promoted)).endsWith("peer-4 voter");
      assertThat(((Reply.MemberList) promoted).changing()).isFalse();

      cluster.world.runMillis(500);
      assertThat(newcomer.service().state().ready()).isTrue();
      SimCluster.Client late = cluster.client(newcomer);
      assertThat(late.call(Reply.Released.class, release(session, 2, "x", 1)).lock())
          .isEqualTo("x");
      assertThat(late.call(Reply.Welcome.class, new Request.Hello(1, "t", null)).leader())
          .isNotNull();
    }
  }

  @Test
  void aLeaderThatIsRemovedAnswersAndLocksGoOnWithoutIt() {
    for (int seed = 60; seed < 70; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer leader = cluster.settledLeader();
      SimPeer asked = seed % 2 == 0 ? leader : cluster.follower();
      SimCluster.Client client = cluster.client(asked);
      SimCluster.Client onLeader = cluster.client(leader);
      SimPeer other =
          cluster.followers().stream().filter(peer -> peer != asked).findFirst().orElseThrow();
      SimCluster.Client elsewhere = cluster.client(other);
      long session = elsewhere.openSession("a", 60_000);
      elsewhere.call(Reply.Granted.class, acquire(session, 1, "x", 0));

      Reply removed = client.persist(new Request.RemoveMember(leader.id().toString()));
      assertThat(removed).isInstanceOf(Reply.MemberList.class);
      assertThat(rolesOf((Reply.MemberList) removed)).doesNotContain(leader.id().toString());
      Reply reply = elsewhere.persist(release(session, 2, "x", 1));
      assertThat(reply).isInstanceOf(Reply.Released.class);
      assertThat(elsewhere.persist(new Request.RemoveMember(leader.id().toString())))
          .as("asked again")
          .isInstanceOf(Reply.MemberList.class);
      assertThat(
              errorOf(elsewhere.call(new Request.AddMember(leader.id().toString(), "h:1", "h:2"))))
          .as("an identity is never used again")
          .isEqualTo(ErrorCode.MEMBERSHIP_REFUSED);
      cluster.world.runMillis(1_000);
      assertThat(leader.service().state().ready()).isFalse();
      assertThat(onLeader.events(Event.GoingAway.class)).isNotEmpty();
      assertThat(errorOf(onLeader.call(acquire(session, 3, "y", 0))))
          .isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void leadershipIsHandedToWhoeverIsNamedOrToTheOneMostUpToDate() {
    for (int seed = 70; seed < 80; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer leader = cluster.settledLeader();
      SimPeer target = cluster.followers().get(1);
      SimCluster.Client client = cluster.client(seed % 2 == 0 ? leader : cluster.follower());

      Reply.Transferred named =
          client.call(Reply.Transferred.class, new Request.Transfer(target.id().toString()));
      assertThat(named.peer()).isEqualTo(target.id().toString());
      assertThat(cluster.settledLeader()).isSameAs(target);
      Reply again = client.persist(new Request.Transfer(target.id().toString()));
      assertThat(again).as("asked again").isEqualTo(named);

      Reply.Transferred any = (Reply.Transferred) client.persist(new Request.Transfer(null));
      assertThat(cluster.settledLeader().id().toString()).isEqualTo(any.peer());
      assertThat(any.peer()).isNotEqualTo(target.id().toString());
    }
  }

  @Test
  void whatCannotBeIsRefusedWithTheReason() {
    SimCluster cluster = new SimCluster(80);
    SimCluster.Client client = cluster.client(cluster.follower());

    assertRefused(
        client, new Request.PromoteMember("9"), ErrorCode.NOT_FOUND, "peer-9 is no member");
    assertRefused(
        client, new Request.RemoveMember("9"), ErrorCode.NOT_FOUND, "peer-9 is no member");
    assertRefused(client, new Request.Transfer("9"), ErrorCode.MEMBERSHIP_REFUSED, "peer-9");
    assertRefused(client, new Request.RemoveMember("x"), ErrorCode.INVALID_REQUEST, "peer-4");
    assertRefused(
        client,
        new Request.AddMember("4", "nowhere", "h:2"),
        ErrorCode.INVALID_REQUEST,
        "host:port");
    assertRefused(
        client,
        new Request.AddMember("4", "host-1:7800", "h:2"),
        ErrorCode.MEMBERSHIP_REFUSED,
        "belongs to peer-1");
    client.call(Reply.MemberList.class, ADD);
    assertRefused(
        client, new Request.PromoteMember("4"), ErrorCode.MEMBERSHIP_REFUSED, "not caught up");
    assertRefused(client, new Request.Transfer("4"), ErrorCode.MEMBERSHIP_REFUSED, "peer-4");
    List<SimPeer> followers = cluster.followers();
    PeerId silent = followers.get(1).id();
    followers.get(1).crash();
    cluster.world.runMillis(1_000);
    PeerId alive = followers.get(0).id();
    assertRefused(
        client, new Request.RemoveMember(alive.toString()), ErrorCode.MEMBERSHIP_REFUSED, "silent");
    assertThat(client.call(new Request.RemoveMember(silent.toString())))
        .as("the one that is down can be removed")
        .isInstanceOf(Reply.MemberList.class);
  }

  private static void assertRefused(
      SimCluster.Client client, Request request, ErrorCode code, String message) {
    Reply reply = client.call(request);
    assertThat(reply).as("%s", request).isInstanceOf(Reply.Failed.class);
    assertThat(errorOf(reply)).as("%s", reply).isEqualTo(code);
    assertThat(((Reply.Failed) reply).message()).contains(message);
    assertThat(code.definite()).isTrue();
  }

  private static String rolesOf(Reply.MemberList list) {
    return list.members().stream()
        .map(row -> row.peer() + " " + row.role().wireName())
        .collect(Collectors.joining(", "));
  }

  private static ErrorCode errorOf(Reply reply) {
    return ((Reply.Failed) reply).error();
  }
}
