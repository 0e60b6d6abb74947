package io.holdfast.server.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two peers say to each other on behalf of clients; the bytes are {@link ForwardCodec}'s. Many
 * requests, or many answers, travel in one frame. A frame may be lost or doubled like any message
 * between peers.
 */
sealed interface ForwardFrame {
  /**
   * A random number of the life of the peer that asks. An answer to an earlier life of the same
   * peer is recognised by it.
   */
  long origin();

  /**
   * From the peer a client is connected to, to the leader.
   *
   * @param term the term in which the receiver leads, as the sender knows. The receiver serves the
   *     requests as leader of this term or never: a refusal is final even if the frame was doubled
   */
  record Requests(long origin, long term, List<Ask> asks) implements ForwardFrame {
    public Requests {
      asks = List.copyOf(asks);
    }
  }

  /** Back from the peer that was taken for the leader. */
  record Answers(long origin, List<Answer> answers) implements ForwardFrame {
    public Answers {
      answers = List.copyOf(answers);
    }
  }

  /**
   * One request.
   *
   * @param correlation unique within the life of the asking peer
   * @param principal who asks, where security is on
   * @param request the request as a client would send it
   */
  record Ask(long correlation, @Nullable String principal, byte[] request) {}

  /**
   * One answer.
   *
   * @param appliedIndex what the answering peer had applied when it answered: the state that the
   *     answer tells of
   * @param reply the reply as a client would get it, or null when the asked peer does not lead and
   *     did nothing
   */
  record Answer(long correlation, long appliedIndex, byte @Nullable [] reply) {}
}
