import { Sent } from '../workload/workload';

/**
 * The requests that were sent, and those that have ended, since the last look: indexes in the history, which stay the same for as long as it lasts.
 */
export interface Followed {
  readonly begun: readonly number[];
  readonly ended: readonly number[];
}

/** Follows what customers send, at a cost that does not grow with the history. */
export class SentFollower {
  private next = 0;
  private readonly underWay = new Set<number>();

  constructor(private readonly sent: readonly Sent[]) {}

  /** Returns what is new since it was last called. What has begun and ended since is in both. */
  public look(): Followed {
    const begun: number[] = [];
    for (; this.next < this.sent.length; this.next++) {
      begun.push(this.next);
      this.underWay.add(this.next);
    }
    const ended = [...this.underWay].filter(index => this.sent[index].endedAt !== undefined);
    ended.forEach(index => this.underWay.delete(index));
    return { begun, ended };
  }
}

/** Returns whether a customer did not get what was asked for. */
export function isFailed({ outcome }: Sent): boolean {
  return outcome !== undefined && outcome.type !== 'ok';
}
