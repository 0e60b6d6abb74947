package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;

/** Where a part that works on calls puts them when it is done with them. */
interface CallSink {
  /**
   * The call is answered; a call that was answered before is left alone.
   *
   * @param appliedIndex the index of the state that the reply tells of
   */
  void finish(Call call, Reply reply, long appliedIndex);

  /**
   * Nobody took the call and it certainly had no effect: it may be offered again.
   *
   * @param givenUp the error if it cannot wait any longer
   */
  void notTaken(Call call, ErrorCode givenUp);
}
