import { Clock, WALL_CLOCK } from './clock';
import { TooSlow } from './too-slow';

/** The share of a time that a machine may lose and still be judged. At less than half of its speed, retries and timeouts of the app come into play that are not there otherwise. */
const BEARABLE_SHARE = 0.5;

/** The end of a time limit, which is later by as much as this machine is late. */
export class Deadline {
  private readonly start = performance.now();

  constructor(private readonly limitMs: number, private readonly clock: Clock = WALL_CLOCK) {}

  public get isOver(): boolean {
    return this.clock.elapsed(this.start) > this.limitMs;
  }

  /**
   * Returns the failure of what did not happen in time.
   *
   * @param what did not happen, as a sentence without its end
   */
  public failure(what: string): Error {
    const wall = performance.now() - this.start;
    const lost = wall - this.clock.elapsed(this.start);
    const told = `${what} within ${seconds(this.limitMs)}`;
    if (lost > wall * BEARABLE_SHARE) return new TooSlow(`${told}, but this machine lost ${seconds(lost)} of ${seconds(wall)}`);
    return new Error(lost < 1000 ? told : `${told}, although ${seconds(lost)} that this machine lost do not count`);
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
