import { isFailed } from '../rehearsal/workload/service';
import { Sent } from '../rehearsal/workload/workload';

/** Requests that ended so long ago, in milliseconds, say nothing of now. */
const WINDOW_MS = 5000;

export interface StopConditionProps {
  /** The share of requests that may fail, from 0 to 1. */
  readonly share: number;
  /** For how long more of them may: the failover time that the system declares, in milliseconds. */
  readonly longestMs: number;
}

/** Decides when customers have suffered enough. */
export class StopCondition {
  private since?: number;

  constructor(private readonly props: StopConditionProps) {}

  /**
   * Looks at what customers have sent; returns why to stop, or nothing.
   *
   * @param now in milliseconds of the history
   */
  public look(now: number, sent: readonly Sent[]): string | undefined {
    const { share, longestMs } = this.props;
    const recent = sent.filter(({ endedAt, isReadBack }) => endedAt !== undefined && endedAt > now - WINDOW_MS && !isReadBack);
    // while all wait for an answer, nothing is known that was not before
    if (recent.length > 0) {
      const failed = recent.filter(isFailed).length / recent.length;
      this.since = failed > share ? this.since ?? now : undefined;
    }
    if (this.since === undefined || now - this.since <= longestMs) return undefined;
    return `more than ${Math.round(share * 100)} % of the requests failed for ${Math.round((now - this.since) / 1000)} s, and the failover time is ${Math.round(longestMs / 1000)} s`;
  }
}
