/** Tells how much of the time that went by a machine had for what it was to do. */
export interface Clock {
  /**
   * Returns the milliseconds since a moment for which this machine was there.
   *
   * @param start as of `performance.now()`
   */
  elapsed(start: number): number;
}

/** The clock of a machine that is never late. */
export const WALL_CLOCK: Clock = { elapsed: start => performance.now() - start };
