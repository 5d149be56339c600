import { doublesOf, WorkflowOwner } from './doubles';
import { FinalRead, lostWrites } from './final-reads';
import { isFailed, sentBetween, servedSince } from './service';
import { Execution, Fault, Sent } from './workload';
import { Write, writesOf } from './writes';
import { DrillReport, Sample } from '../report/report';

export interface MeasuredDrill {
  /** The start and the end, in milliseconds since the start of the history. */
  readonly at: number;
  readonly until: number;
  readonly history: readonly Sent[];
  readonly faults: readonly Fault[];
  readonly executions: readonly Execution[];
  readonly workflows: readonly WorkflowOwner[];
  /** For how long an event may be on its way before a workflow is started by it. */
  readonly slackMs: number;
  /** The reads in the end, from all regions; nothing if the workload cannot read back, and nothing counts as lost then. */
  readonly reads?: readonly FinalRead[];
  /** The reads from the other regions while those that were hit were away. */
  readonly readsWhileAway?: readonly FinalRead[];
  /** The samples of the regions, for an estimate where nothing was read meanwhile. */
  readonly samples?: readonly Sample[];
}

export type Measures = Pick<DrillReport, 'requests' | 'failed' | 'recoveryTimeMs' | 'recoveryPoint' | 'doubled' | 'explained' | 'lost'>;

/** Measures what a drill did to customers. */
export function measure(drill: MeasuredDrill): Measures {
  const { at, until, history, faults, executions, workflows, slackMs, reads = [] } = drill;
  const sent = sentBetween(history.filter(({ isReadBack }) => !isReadBack), at, until);
  const during = faults.filter(fault => fault.at < until && (fault.until ?? Infinity) > at);
  const doubles = doublesOf(executions.filter(({ startedAt }) => startedAt >= at - slackMs && startedAt < until), faults, workflows, slackMs);
  const [recoveryTimeMs, recoveryPoint] = [recoveryTime(sent, during, until), recoveryPointOf(drill, during)];
  return {
    requests: sent.length,
    failed: sent.filter(isFailed).length,
    ...recoveryTimeMs === undefined ? {} : { recoveryTimeMs },
    ...recoveryPoint === undefined ? {} : { recoveryPoint },
    doubled: doubles.length,
    explained: doubles.filter(({ isExplained }) => isExplained).length,
    lost: [...lostWrites(reads).keys()].filter(({ sendings }) => sendings[0].at >= at && sendings[0].at < until).length,
  };
}

/**
 * Returns the milliseconds from the first fault until all customers near the regions that were hit were served well again: until the first of four good answers in a
 * row came. A request that was under way when the fault came and failed counts. If they never were, it lasts until the end, and was longer in truth.
 */
function recoveryTime(sent: readonly Sent[], faults: readonly Fault[], until: number): number | undefined {
  if (faults.length === 0) return undefined;
  const start = Math.min(...faults.map(({ at }) => at));
  const hit = new Set(faults.flatMap(({ regions }) => regions));
  const customers = new Map<string, Sent[]>();
  for (const one of sent) {
    if (hit.has(one.near) && (one.endedAt ?? Infinity) >= start) customers.set(one.customer, [...customers.get(one.customer) ?? [], one]);
  }
  const moments = [...customers.values()].map(own => {
    const since = Math.min(start, own[0].at);
    const served = servedSince(own, since);
    return served === since ? start : served ?? until;
  });
  const recovered = Math.max(start, ...moments);
  return recovered === start ? undefined : recovered - start;
}

/**
 * Returns the acknowledged writes that some surviving region had not seen when the first fault came, and the age of the oldest of them then.
 *
 * Where survivors were read while the regions that were hit were away, it is what they did not have: a region that is away sends nothing, but what was on its way already may arrive in between, so
 * that this is the loss if the region never came back, and at most what was missing at the moment itself. Where they were not, it is estimated: a write is taken for unseen that was acknowledged later than
 * the age of the oldest row on its way, as the region last told before the fault.
 */
function recoveryPointOf({ history, readsWhileAway, samples = [], at }: MeasuredDrill, faults: readonly Fault[]): Measures['recoveryPoint'] {
  if (faults.length === 0) return undefined;
  const moment = Math.min(...faults.map(fault => fault.at));
  const hit = new Set(faults.flatMap(({ regions }) => regions));
  const ofTheHit = ({ acknowledged }: Write) => (
    acknowledged !== undefined && hit.has(acknowledged.region) && acknowledged.endedAt! >= at && acknowledged.endedAt! <= moment
  );
  const point = (unseen: readonly Write[]) => ({
    ms: unseen.length === 0 ? 0 : moment - Math.min(...unseen.map(({ acknowledged }) => acknowledged!.endedAt!)), writes: unseen.length,
  });
  if (readsWhileAway) return point([...lostWrites(readsWhileAway.filter(({ region }) => !hit.has(region))).keys()].filter(ofTheHit));

  const before = samples.filter(sample => sample.at <= moment && sample.vitals);
  const lags = new Map([...hit].map(region => [region, lagOf(before.filter(sample => sample.region === region).at(-1), hit)]));
  if ([...lags.values()].some(lag => lag === undefined)) return undefined;
  return point(writesOf(history).filter(write => ofTheHit(write) && write.acknowledged!.endedAt! > moment - lags.get(write.acknowledged!.region)!));
}

/** Returns the age of the oldest row or event that was on its way to a survivor. */
function lagOf(sample: Sample | undefined, hit: ReadonlySet<string>): number | undefined {
  if (!sample?.vitals) return undefined;
  return Math.max(0, ...Object.entries(sample.vitals.replication).filter(([peer]) => !hit.has(peer)).map(([, { lagMs }]) => lagMs));
}
