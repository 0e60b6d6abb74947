package io.holdfast.chaos.run;

/** Hears how far a run is. Called by the run's own thread. */
public interface Progress {
  /** Something happened that is worth a line. */
  void say(String line);

  /** How far it is, to be shown in place of what was shown before. */
  void tick(String state);
}
