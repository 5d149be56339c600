import { BEAT_INTERVAL, Beat, FinalStatus, MARGIN, OpenPart, Part, SILENCE } from './ledger';
import { succession } from './succession';

/** What a region knows from its deployment. */
export interface Terms {
  readonly region: string;
  readonly regions: readonly string[];
  readonly takeoverAfter: number;
}

/** An event as it came out of the region's queue. */
export interface Arrival {
  readonly name: string;
  readonly origin: string;
  readonly publishedAt: number;
}

/** What a region sees in its own replica when it looks at an open part of its own. */
export interface View {
  readonly now: number;
  readonly own: OpenPart;
  readonly others: readonly Part[];
  /** By region: when it last said that it is alive. */
  readonly beats: ReadonlyMap<string, number>;
  readonly evacuated: ReadonlySet<string>;
  /** Since when this region watches without a gap; undefined while its own Step Functions does not answer. */
  readonly upSince?: number;
}

export type OnEvent = { readonly kind: 'CLAIM'; readonly until: number } | { readonly kind: 'WITNESS'; readonly dueAt: number };

export type OnDue =
  | { readonly kind: 'RESOLVE' }
  | { readonly kind: 'CHECK' }
  | { readonly kind: 'TAKE_OVER'; readonly until: number }
  | { readonly kind: 'WAIT'; readonly dueAt: number };

export type OnExecution =
  | { readonly kind: 'END'; readonly status: FinalStatus; readonly endedAt: number }
  | { readonly kind: 'START'; readonly until: number }
  | { readonly kind: 'WITHDRAW' }
  | { readonly kind: 'WAIT'; readonly dueAt: number };

/** The end of an execution. */
export interface Ended {
  readonly name: string;
  readonly status: FinalStatus;
  readonly endedAt: number;
}

/** An execution as Step Functions describes it. */
export interface Execution {
  readonly status: FinalStatus | 'RUNNING';
  readonly endedAt?: number;
}

/** How long a successor may act once its turn has come: two runs of its sweeper, be they late. */
export const TURN = 3 * BEAT_INTERVAL;

/** A claim is good for this long: who was held up between claim and start leaves the start to the next look. */
const CLAIM_GOOD_FOR = MARGIN;

const LONGEST_LOOK = 60 * BEAT_INTERVAL;

const FINAL: readonly string[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] satisfies FinalStatus[];

export function isFinal(status: string): status is FinalStatus {
  return FINAL.includes(status);
}

/**
 * From when an event counts as published: the earlier of what the event says, equal in every region, and when it came into the region's
 * queue. A message that was kept in a dead-letter queue shows only the first, an event whose publisher set its time to the future only the second.
 */
export function publishedAt(eventTime: number, sentAt: number, now: number): number {
  return Math.min(...[eventTime, sentAt].map(time => (Number.isFinite(time) ? time : now)));
}

/**
 * What the starter does with an event. The origin claims it, as long as the claim can be seen by all before the first successor's turn. A late origin
 * only witnesses it, like a peer: somebody else may hold it by now.
 */
export function onEvent(event: Arrival, now: number, terms: Terms): OnEvent {
  const until = event.publishedAt + terms.takeoverAfter - MARGIN;
  return event.origin === terms.region && now < until
    ? { kind: 'CLAIM', until }
    : { kind: 'WITNESS', dueAt: turnOf(event, event.publishedAt, now, terms).from };
}

/** Whether who finds its region's claim goes on to start: the claim may be of an attempt that died halfway. */
export function mayGoOn(found: Part, now: number, terms: Terms): boolean {
  return found.status === 'STARTED' && now < (found.startedAt ?? 0) + terms.takeoverAfter - MARGIN;
}

/** What the sweeper does with an open part of its region. */
export function onDue(view: View, terms: Terms): OnDue {
  const { now, own, others } = view;
  if (own.status === 'STARTED') return now < own.dueAt ? { kind: 'WAIT', dueAt: own.dueAt } : { kind: 'CHECK' };
  // RESOLVED is as good as a final status: that region has seen one
  if (others.some(({ status }) => isFinal(status) || status === 'RESOLVED')) return { kind: 'RESOLVE' };
  if (own.forbidden) return { kind: 'WAIT', dueAt: now + terms.takeoverAfter };
  if (own.forced) return { kind: 'TAKE_OVER', until: now + CLAIM_GOOD_FOR };
  if (view.upSince === undefined) return { kind: 'WAIT', dueAt: own.dueAt };

  const holders = others.filter(({ status }) => status === 'STARTED');
  const since = holders.length > 0 ? Math.max(...holders.map(holder => lastSign(holder, view))) + SILENCE : own.publishedAt;
  // a region that was away sees old beats and misses claims until its replica has caught up
  const earliest = Math.max(now, view.upSince + terms.takeoverAfter);
  const turn = turnOf(own, since, earliest, terms);
  const from = turn.rank === 1 && turn.cycle === 0 && isAbandoned(view, holders) ? earliest : Math.max(turn.from, earliest);
  return now < from ? { kind: 'WAIT', dueAt: from } : { kind: 'TAKE_OVER', until: now + CLAIM_GOOD_FOR };
}

/** What the sweeper makes of the execution that its region claimed; undefined is one that does not exist. */
export function onExecution(own: OpenPart, execution: Execution | undefined, now: number, terms: Terms): OnExecution {
  const { startedAt = 0 } = own;
  if (execution !== undefined && isFinal(execution.status)) {
    return { kind: 'END', status: execution.status, endedAt: execution.endedAt ?? now };
  }
  if (execution !== undefined) {
    return { kind: 'WAIT', dueAt: now + Math.min(Math.max(terms.takeoverAfter, now - startedAt), LONGEST_LOOK) };
  }
  // The claim still keeps the others off: the start failed, or whoever claimed it is about to start it. A second start does nothing.
  if (mayGoOn(own, now, terms)) return { kind: 'START', until: now + CLAIM_GOOD_FOR };
  if (now < startedAt + terms.takeoverAfter) return { kind: 'WAIT', dueAt: startedAt + terms.takeoverAfter };
  // not started here: somebody may have taken over meanwhile, so it is for the next turn, this region's or another's
  return { kind: 'WITHDRAW' };
}

/** What the recorder writes for a change of an execution's status; undefined while it has not ended. */
export function onEnded(event: unknown): Ended | undefined {
  const { time, detail } = event as { time?: string; detail?: { name?: unknown; status?: unknown; stopDate?: unknown } };
  if (typeof detail?.name !== 'string' || typeof detail.status !== 'string' || !isFinal(detail.status)) return undefined;
  return { name: detail.name, status: detail.status, endedAt: typeof detail.stopDate === 'number' ? detail.stopDate : Date.parse(time!) };
}

/**
 * Since when a region watches without a gap. One run of its sweeper may fail; an outage that lasts so long that the region could have missed a claim
 * may not pass unnoticed.
 */
export function upSince(last: Beat | undefined, now: number, { takeoverAfter }: Terms): number {
  return last !== undefined && now - last.beatAt <= Math.min(SILENCE + MARGIN, takeoverAfter - MARGIN) ? last.upSince : now;
}

/** The regions of which an operator says that they are evacuated, and that are silent indeed. */
export function abandoned(evacuated: ReadonlySet<string>, beats: ReadonlyMap<string, number>, now: number): string[] {
  return [...evacuated].filter(region => isSilent(beats.get(region) ?? 0, now));
}

/** Whether all who could run it are abandoned. That an event was published is a sign of life as well. */
function isAbandoned(view: View, holders: readonly Part[]): boolean {
  const { now, own, evacuated } = view;
  const runners = holders.length > 0 ? holders : [{ region: own.origin, startedAt: own.publishedAt }];
  return runners.every(runner => evacuated.has(runner.region) && isSilent(lastSign(runner, view), now));
}

/** One beat may be lost, and the next one late. */
function isSilent(sign: number, now: number): boolean {
  return now > sign + SILENCE + BEAT_INTERVAL;
}

function lastSign({ region, startedAt = 0 }: Pick<Part, 'region' | 'startedAt'>, { beats }: View): number {
  return Math.max(startedAt, beats.get(region) ?? 0);
}

/** How long after an event was published every region has had its turn: what nobody has started by then needs an operator. */
export function roundOf(regions: number, takeoverAfter: number): number {
  return takeoverAfter + (regions - 1) * distanceOf(takeoverAfter) + TURN;
}

/**
 * How far turns are apart. What two regions last heard of a third one that died, its late claim or a beat, may differ by `takeoverAfter + SILENCE`; by
 * that much, one's turn may come earlier than the other reckons.
 */
function distanceOf(takeoverAfter: number): number {
  return takeoverAfter + SILENCE + TURN;
}

/**
 * A region's turn that ends after `earliest`. Each successor has its own, so that two never act at once: the first begins `takeoverAfter` later than
 * `since`, and when all have let theirs pass, it is the first one's again.
 */
function turnOf({ name, origin }: { name: string; origin: string }, since: number, earliest: number, { region, regions, takeoverAfter }: Terms) {
  const order = succession(name, origin, regions);
  const rank = order.indexOf(region) + 1;
  const first = since + takeoverAfter + (rank - 1) * distanceOf(takeoverAfter);
  const round = order.length * distanceOf(takeoverAfter);
  const cycle = Math.max(0, Math.floor((earliest - first - TURN) / round) + 1);
  return { rank, cycle, from: first + cycle * round };
}
