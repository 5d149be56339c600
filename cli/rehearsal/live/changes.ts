import { LiveState } from './live-state';
import { SentFollower } from './sent-follower';
import { Moment, Report, Sample } from '../report/report';
import { History } from '../workload/history';
import { Sent } from '../workload/workload';

/** All that is known, for whoever begins to listen. */
export interface Everything {
  /** Another one after the rehearsal was started again. */
  readonly run: string;
  readonly report: Report;
  readonly state: LiveState;
}

/** The news since the last news, or since everything was sent. */
export interface News {
  readonly state: LiveState;
  readonly durationMs: number;
  readonly samples?: readonly Sample[];
  /** Those that have begun or ended, with their places among all. */
  readonly operations?: readonly (readonly [number, Sent])[];
  readonly moments?: readonly Moment[];
  /** The short parts, sent as a whole when one changes. */
  readonly parts?: Partial<Pick<Report, typeof PARTS[number]>>;
  /** Told as a whole as well, and long: only when a drill has ended. */
  readonly executions?: Report['executions'];
}

const PARTS = ['verdict', 'counts', 'faults', 'drills', 'sections', 'emulation'] as const;

/** Finds out what has changed, so that thousands of operations are not told again and again. */
export class Changes {
  private readonly followed: SentFollower;
  private readonly told = new Map<string, string>();
  private sampledAt = -1;
  private moments = 0;

  /**
   * @param report what is known so far, of which operations, samples, moments and faults are taken from the history
   */
  constructor(private readonly history: History, private readonly report: () => Report) {
    this.followed = new SentFollower(history.sent);
  }

  /** Returns all that is known. Listeners must have had the news before, since this begins where they end. */
  public everything(): Report {
    const { sent, samples, moments, faults } = this.history;
    return { ...this.report(), durationMs: this.history.now(), operations: sent, samples, moments, faults };
  }

  /** Returns the news since this was last called. */
  public news(): Omit<News, 'state'> {
    const { sent, faults } = this.history;
    const { begun, ended } = this.followed.look();
    const operations = [...new Set([...begun, ...ended])].map(index => [index, sent[index]] as const);
    const samples = this.newSamples();
    const moments = this.history.moments.slice(this.moments);
    this.moments = this.history.moments.length;
    const report = { ...this.report(), faults };
    const hasDrills = this.hasChanged('drills', report.drills, false);
    const changed = PARTS.filter(part => this.hasChanged(part, report[part]));
    return {
      durationMs: this.history.now(),
      ...samples.length > 0 ? { samples } : {},
      ...operations.length > 0 ? { operations } : {},
      ...moments.length > 0 ? { moments } : {},
      ...changed.length > 0 ? { parts: Object.fromEntries(changed.map(part => [part, report[part]])) } : {},
      ...hasDrills ? { executions: report.executions } : {},
    };
  }

  /** Returns the new samples. The history may have joined older ones meanwhile: only the time tells which are new. */
  private newSamples(): Sample[] {
    const { samples } = this.history;
    let first = samples.length;
    while (first > 0 && samples[first - 1].at > this.sampledAt) first--;
    this.sampledAt = samples.at(-1)?.at ?? this.sampledAt;
    return samples.slice(first);
  }

  private hasChanged(part: string, value: unknown, remember = true): boolean {
    const text = JSON.stringify(value);
    if (this.told.get(part) === text) return false;
    if (remember) this.told.set(part, text);
    return true;
  }
}
