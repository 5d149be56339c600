import { setTimeout as sleep } from 'timers/promises';
import { isFailed, SentFollower } from './sent-follower';
import { thin } from './thinning';
import { Route53 } from '../dns/route53';
import { RunningRegion } from '../regions/running-region';
import { Vitals } from '../report/report';
import { History } from '../workload/history';

const EVERY_MS = 500;
/** The time that a region may take to answer before it counts as one that does not. */
const PATIENCE_MS = 1000;

export interface SamplerProps {
  readonly regions: readonly (Pick<RunningRegion, 'name'> & Partial<Pick<RunningRegion, 'vitals'>>)[];
  readonly history: History;
  /** Without it, nobody is led anywhere, and every region counts as healthy. */
  readonly route53?: Pick<Route53, 'isHealthy' | 'turns'>;
  readonly signal: AbortSignal;
}

/**
 * Looks at all regions twice a second, and puts what it sees into the history.
 *
 * It waits for nobody: a sample has what its region last said, and a region that is slow to answer, or is frozen, delays neither its own samples nor those of others.
 */
export class Sampler {
  private readonly followed: SentFollower;
  private readonly watched: readonly WatchedRegion[];
  private turns = 0;

  constructor(private readonly props: SamplerProps) {
    this.followed = new SentFollower(props.history.sent);
    this.watched = props.regions.map(region => new WatchedRegion(region));
  }

  /** Samples until the signal is aborted. */
  public start(): void {
    const { signal } = this.props;
    this.turns = this.props.route53?.turns.length ?? 0;
    void this.repeat().catch(error => {
      if (!signal.aborted) throw error;
    });
  }

  private async repeat(): Promise<void> {
    // so that the first sample has their answers
    this.watched.forEach(region => region.look());
    for (let due = performance.now() + EVERY_MS; ; due = Math.max(due + EVERY_MS, performance.now())) {
      await sleep(Math.max(0, due - performance.now()), undefined, { signal: this.props.signal });
      this.sample();
    }
  }

  private sample(): void {
    const { history, route53 } = this.props;
    const at = history.now();
    const { begun, ended } = this.followed.look();
    const sentTo = countBy(begun, index => history.sent[index].region);
    const failedIn = countBy(ended.filter(index => isFailed(history.sent[index])), index => history.sent[index].region);
    for (const region of this.watched) {
      const vitals = region.look();
      history.samples.push({
        at,
        region: region.name,
        requests: sentTo.get(region.name) ?? 0,
        errors: failedIn.get(region.name) ?? 0,
        isHealthy: route53?.isHealthy(region.name) ?? true,
        ...vitals ? { vitals } : {},
      });
    }
    thin(history.samples);
    this.noteTurns();
    history.changed();
  }

  private noteTurns(): void {
    const { history, route53 } = this.props;
    const turns = route53?.turns ?? [];
    for (; this.turns < turns.length; this.turns++) {
      const { at, region, healthy } = turns[this.turns];
      history.moments.push({
        at: history.now() - (performance.now() - at),
        kind: 'health',
        region,
        text: healthy ? `${region} is healthy: Route 53 leads customers to it` : `${region} is unhealthy: Route 53 leads its customers elsewhere`,
      });
    }
  }
}

/** A region that is asked for its vitals: once at a time, however long it takes. */
class WatchedRegion {
  private askedAt?: number;
  private last?: Vitals;

  constructor(private readonly region: SamplerProps['regions'][number]) {}

  public get name(): string {
    return this.region.name;
  }

  /** Returns what it last said, unless it does not answer, and asks it again. */
  public look(): Vitals | undefined {
    const { last, askedAt, region } = this;
    if (!region.vitals) return undefined;
    if (askedAt === undefined) {
      void this.ask();
    } else if (performance.now() - askedAt > PATIENCE_MS) {
      this.last = undefined;
      return undefined;
    }
    return last;
  }

  private async ask(): Promise<void> {
    this.askedAt = performance.now();
    try {
      this.last = await this.region.vitals!();
    } catch {
      this.last = undefined;
    } finally {
      this.askedAt = undefined;
    }
  }
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  items.forEach(item => counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1));
  return counts;
}
