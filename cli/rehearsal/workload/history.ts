import { Fault, Sent } from './workload';
import { Moment, Sample } from '../report/report';

/** The history of a run, as it happens: what was sent, what happened and what was seen; whoever shows it live listens. */
export class History {
  public readonly sent: Sent[] = [];
  public readonly faults: Fault[] = [];
  public readonly moments: Moment[] = [];
  public readonly samples: Sample[] = [];

  private readonly listeners = new Set<() => void>();

  /** The time at which it began, by both clocks. */
  public readonly startedAt: { readonly performance: number; readonly wall: number };

  /**
   * @param start as of `performance.now()`
   */
  constructor(start = performance.now()) {
    this.startedAt = { performance: start, wall: Date.now() - (performance.now() - start) };
  }

  /** Milliseconds since the start. */
  public now(): number {
    return performance.now() - this.startedAt.performance;
  }

  /** Notes that something happened now. */
  public moment(kind: Moment['kind'], text: string, region?: string): void {
    this.moments.push({ at: this.now(), kind, text, ...region === undefined ? {} : { region } });
    this.changed();
  }

  /** Tells listeners that something has changed. */
  public changed(): void {
    this.listeners.forEach(listener => listener());
  }

  /** Calls a listener after each change, until the function that is returned is called. */
  public listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
