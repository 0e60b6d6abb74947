package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.ProtocolException;
import io.holdfast.api.Reply;

/** Turns what goes wrong with a call into its answer, so that no call is left without one. */
final class Guard {
  private Guard() {}

  static void run(HttpCall call, Runnable work) {
    try {
      work.run();
    } catch (HttpProblem problem) {
      call.end(problem);
    } catch (ProtocolException wrong) {
      call.end(wrong.failure());
    } catch (RuntimeException fault) {
      call.parts().notices().broken("while answering " + call.remote(), fault);
      call.end(
          new HttpProblem(
              500,
              Reply.Failed.of(
                  ErrorCode.OUTCOME_UNKNOWN, "a fault of the peer, which it has logged")));
    }
  }
}
