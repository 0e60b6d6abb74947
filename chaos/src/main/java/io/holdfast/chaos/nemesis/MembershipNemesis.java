package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import io.holdfast.chaos.cluster.MemberAdmin;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A change of members under load, by the calls that an operator has. A number that was removed is
 * retired for good, so that a peer comes back as a new one, at the same place.
 *
 * @param done what was done, with a place for whom it was done to
 */
record MembershipNemesis(String name, String description, String done, Change change)
    implements Nemesis {
  private static final long READY_MILLIS_MAX = 90_000;
  private static final String VOTER = "voter";
  private static final String LEARNER = "learner";

  static List<Nemesis> all() {
    return List.of(
        new MembershipNemesis(
            "member-remove",
            "Removes one peer or the leader from the members; later a new one is added at its place"
                + " and promoted.",
            "removed %s from the members",
            MembershipNemesis::remove),
        new MembershipNemesis(
            "member-replace",
            "Kills one peer or the leader for good and replaces it: removes it, starts a new one"
                + " with an empty disk, adds it and promotes it.",
            "replaced %s by a new peer",
            MembershipNemesis::replace),
        new MembershipNemesis(
            "member-demote",
            "Makes one voter or the leader a learner, and later a voter again.",
            "made a learner of %s",
            MembershipNemesis::demote),
        new MembershipNemesis(
            "transfer",
            "Hands leadership from voter to voter, until each has had it.",
            "handed leadership to each peer in turn",
            MembershipNemesis::transfer));
  }

  /** Changes the members. */
  @FunctionalInterface
  interface Change {
    /**
     * @return how the change was seen in the list of members
     */
    String make(ClusterUnderTest cluster, Targets targets)
        throws NemesisException, IOException, InterruptedException;
  }

  @Override
  public Injection inject(ClusterUnderTest cluster, RandomGenerator choices)
      throws InterruptedException {
    Targets targets = Targets.draw(cluster, choices, List.of(Kind.ONE, Kind.LEADER));
    int place = targets.peers().get(0);
    int before = cluster.memberId(place);
    String seen = null;
    String error = null;
    try {
      seen = change.make(cluster, targets);
    } catch (NemesisException | IOException e) {
      error = e.getMessage();
    }
    String who = targets.describe() + (before == place ? "" : ", by now number " + before);
    return new Changed(name, String.format(done, who), cluster, place, seen, error);
  }

  private record Changed(
      String name,
      String description,
      ClusterUnderTest cluster,
      int place,
      @Nullable String seen,
      @Nullable String error)
      implements Injection {
    @Override
    public String verify() throws NemesisException {
      if (seen == null) {
        throw new NemesisException(name + ": " + error);
      }
      return seen;
    }

    /** Whatever is so: in the end a voter lives at the place. */
    @Override
    public void heal() throws IOException, InterruptedException {
      MemberAdmin admin = new MemberAdmin(cluster);
      Map<Integer, String> members = admin.members();
      if (!members.containsKey(cluster.memberId(place))) {
        newcomer(cluster, place);
      } else if (!VOTER.equals(members.get(cluster.memberId(place)))) {
        cluster.start(place);
        admin.promote(cluster.memberId(place));
      }
    }
  }

  private static String remove(ClusterUnderTest cluster, Targets targets)
      throws NemesisException, IOException, InterruptedException {
    MemberAdmin admin = new MemberAdmin(cluster);
    int member = cluster.memberId(targets.peers().get(0));
    admin.remove(member);
    return seenGone(admin.members(), member);
  }

  private static String seenGone(Map<Integer, String> members, int member) throws NemesisException {
    if (members.containsKey(member)) {
      throw new NemesisException("peer " + member + " is a member still: " + members);
    }
    return "the members are " + members;
  }

  /** The dead one goes first: of three voters two must be up for the rest, not two of four. */
  private static String replace(ClusterUnderTest cluster, Targets targets)
      throws NemesisException, IOException, InterruptedException {
    MemberAdmin admin = new MemberAdmin(cluster);
    int place = targets.peers().get(0);
    int member = cluster.memberId(place);
    cluster.kill(place);
    admin.remove(member);
    int fresh = newcomer(cluster, place);
    if (!Readiness.await(cluster, place, READY_MILLIS_MAX)) {
      throw new NemesisException("the new peer " + fresh + " does not serve within 90 s");
    }
    Map<Integer, String> members = admin.members();
    if (!VOTER.equals(members.get(fresh))) {
      throw new NemesisException("peer " + fresh + " is no voter: " + members);
    }
    return "a new peer " + fresh + " serves; " + seenGone(members, member);
  }

  /**
   * Ends whoever lives at the place and takes in a new one.
   *
   * @return its number
   */
  private static int newcomer(ClusterUnderTest cluster, int place)
      throws IOException, InterruptedException {
    if (cluster.condition(place) != Condition.DOWN) {
      cluster.kill(place);
    }
    cluster.renew(place);
    cluster.start(place);
    MemberAdmin admin = new MemberAdmin(cluster);
    admin.add(place);
    int fresh = cluster.memberId(place);
    admin.promote(fresh);
    return fresh;
  }

  private static String demote(ClusterUnderTest cluster, Targets targets)
      throws NemesisException, IOException, InterruptedException {
    MemberAdmin admin = new MemberAdmin(cluster);
    int member = cluster.memberId(targets.peers().get(0));
    admin.demote(member);
    Map<Integer, String> members = admin.members();
    if (!LEARNER.equals(members.get(member))) {
      throw new NemesisException("peer " + member + " is no learner: " + members);
    }
    return "the members are " + members;
  }

  /** Whom it begins with does not matter, as everybody has its turn. */
  private static String transfer(ClusterUnderTest cluster, Targets targets)
      throws NemesisException, IOException, InterruptedException {
    MemberAdmin admin = new MemberAdmin(cluster);
    List<Integer> seen = new ArrayList<>();
    for (int place : cluster.peers()) {
      int member = cluster.memberId(place);
      admin.transfer(member);
      if (admin.leader().equals(Optional.of(member))) {
        seen.add(member);
      }
    }
    if (seen.isEmpty()) {
      throw new NemesisException("nobody was seen to lead after leadership was handed over");
    }
    return "peers " + seen + " were seen to lead, each after its turn";
  }
}
