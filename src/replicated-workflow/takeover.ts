import { EntryStatus, FinalStatus, Heartbeat, isFinal, LedgerEntry, OpenEntry } from './ledger-entry';
import { LedgerTiming, silenceAfter, turnDistance, turnLength } from './ledger-timing';
import { TakeoverConfig } from './takeover-config';
import { takeoverOrder } from './takeover-order';

// Who runs the workflow of an event, and who takes over when. Each decision is a pure function of what one region sees in its own replica of the ledger, and of time:
//
//   origin   published, claims, starts
//            heartbeat   heartbeat   heartbeat   x
//   peer 1   witnesses               last seen   |-- silence --|-- takeoverAfter --| its turn |
//   peer 2   witnesses                                                             |-- distance ---------| its turn |

/** An event as it came out of the region's queue. */
export interface Arrival {
  readonly name: string;
  readonly origin: string;
  readonly publishedAt: number;
}

/** What a region sees in its own replica when it looks at an open entry of its own. */
export interface LedgerView {
  readonly now: number;
  readonly own: OpenEntry;
  /** The other regions' entries for the same event. */
  readonly others: readonly LedgerEntry[];
  /** The time of the last heartbeat, by region. */
  readonly heartbeats: ReadonlyMap<string, number>;
  readonly evacuated: ReadonlySet<string>;
  /** Since when this region watches without a gap; undefined while its own Step Functions does not answer. */
  readonly upSince?: number;
}

export type ArrivalDecision = { readonly kind: 'CLAIM'; readonly until: number } | { readonly kind: 'WITNESS'; readonly dueAt: number };

export type SweepDecision =
  | { readonly kind: 'RESOLVE' }
  | { readonly kind: 'CHECK' }
  | { readonly kind: 'TAKE_OVER'; readonly until: number }
  | { readonly kind: 'WAIT'; readonly dueAt: number };

export type ExecutionDecision =
  | { readonly kind: 'END'; readonly status: FinalStatus; readonly endedAt: number }
  | { readonly kind: 'START'; readonly until: number }
  | { readonly kind: 'WITHDRAW' }
  | { readonly kind: 'WAIT'; readonly dueAt: number };

/** The end of an execution. */
export interface ExecutionEnd {
  readonly name: string;
  readonly status: FinalStatus;
  readonly endedAt: number;
}

/** An execution as Step Functions describes it. */
export interface Execution {
  readonly status: FinalStatus | 'RUNNING';
  readonly endedAt?: number;
}

/** The longest time between two looks at an execution that runs, in heartbeats. */
const LONGEST_LOOK = 60;

/** The publish time of an event: the earlier of what the event says, equal in every region, and when it came into the region's queue. A message that was kept in a dead-letter queue shows only the
 * first, an event whose publisher set its time to the future only the second. */
export function publishedAt(eventTime: number, sentAt: number, now: number): number {
  return Math.min(...[eventTime, sentAt].map(time => (Number.isFinite(time) ? time : now)));
}

/**
 * Decides what the starter does with an event. The origin claims it, as long as all regions see the claim before the first turn of another. A late origin only witnesses it, like a peer: another region
 * may hold it by now.
 */
export function decideArrival(event: Arrival, now: number, config: TakeoverConfig): ArrivalDecision {
  const until = event.publishedAt + claimWindow(config);
  const originMayStillClaim = event.origin === config.region && now < until;
  return originMayStillClaim ? { kind: 'CLAIM', until } : { kind: 'WITNESS', dueAt: nextTurn(event, event.publishedAt, now, config).from };
}

/** Whether a region that finds its own claim may start the execution: the claim may be of an attempt that died halfway. */
export function mayStillStart(found: LedgerEntry, now: number, config: TakeoverConfig): boolean {
  return found.status === 'STARTED' && now < (found.startedAt ?? 0) + claimWindow(config);
}

/** Decides what the sweeper does with an open entry of its region. */
export function decideSweep(view: LedgerView, config: TakeoverConfig): SweepDecision {
  const { now, own, others } = view;
  const { takeoverAfter, timing } = config;
  const takeOver: SweepDecision = { kind: 'TAKE_OVER', until: now + timing.margin };
  if (own.status === 'STARTED') return now < own.dueAt ? { kind: 'WAIT', dueAt: own.dueAt } : { kind: 'CHECK' };
  if (others.some(({ status }) => meansEnd(status))) return { kind: 'RESOLVE' };
  if (own.forbidden) return { kind: 'WAIT', dueAt: now + takeoverAfter };
  if (own.forced) return takeOver;
  if (view.upSince === undefined) return { kind: 'WAIT', dueAt: own.dueAt };

  const holders = others.filter(({ status }) => status === 'STARTED');
  const silentFrom = holders.length > 0 ? Math.max(...holders.map(holder => lastSign(holder, view))) + silenceAfter(timing) : own.publishedAt;
  // a region that was away sees old heartbeats and misses claims until its replica has caught up
  const hasCaughtUpAt = Math.max(now, view.upSince + takeoverAfter);
  const turn = nextTurn(own, silentFrom, hasCaughtUpAt, config);
  const needNotWait = turn.isVeryFirst && isAbandoned(view, holders, timing);
  const mayActFrom = needNotWait ? hasCaughtUpAt : Math.max(turn.from, hasCaughtUpAt);
  return now < mayActFrom ? { kind: 'WAIT', dueAt: mayActFrom } : takeOver;
}

/** Decides what the sweeper does about the execution that its region claimed; undefined is one that does not exist. */
export function decideExecution(own: OpenEntry, execution: Execution | undefined, now: number, config: TakeoverConfig): ExecutionDecision {
  const { takeoverAfter, timing } = config;
  const { startedAt = 0 } = own;
  if (execution !== undefined && isFinal(execution.status)) {
    return { kind: 'END', status: execution.status, endedAt: execution.endedAt ?? now };
  }
  if (execution !== undefined) {
    return { kind: 'WAIT', dueAt: now + Math.min(Math.max(takeoverAfter, now - startedAt), LONGEST_LOOK * timing.heartbeatInterval) };
  }
  // The claim still keeps the others off: the start failed, or whoever claimed it is about to start it. A second start does nothing.
  if (mayStillStart(own, now, config)) return { kind: 'START', until: now + timing.margin };
  const claimIsInForceUntil = startedAt + takeoverAfter;
  if (now < claimIsInForceUntil) return { kind: 'WAIT', dueAt: claimIsInForceUntil };
  // not started here: another region may have taken over meanwhile, so it is for the next turn, this region's or another's
  return { kind: 'WITHDRAW' };
}

/** Returns the end that a change of an execution's status reports; undefined while it has not ended. */
export function endOf(event: unknown): ExecutionEnd | undefined {
  const { time, detail } = event as { time?: string; detail?: { name?: unknown; status?: unknown; stopDate?: unknown } };
  if (typeof detail?.name !== 'string' || typeof detail.status !== 'string' || !isFinal(detail.status)) return undefined;
  return { name: detail.name, status: detail.status, endedAt: typeof detail.stopDate === 'number' ? detail.stopDate : Date.parse(time!) };
}

/**
 * Since when a region watches without a gap. One run of its sweeper may fail; an outage that lasts so long that the region could have missed a claim may not pass unnoticed.
 */
export function upSince(last: Heartbeat | undefined, now: number, { takeoverAfter, timing }: TakeoverConfig): number {
  const longestGap = Math.min(silenceAfter(timing) + timing.margin, takeoverAfter - timing.margin);
  return last !== undefined && now - last.beatAt <= longestGap ? last.upSince : now;
}

/** The regions of which an operator says that they are evacuated, and that are silent indeed. */
export function abandonedRegions({ evacuated, heartbeats, now }: Pick<LedgerView, 'evacuated' | 'heartbeats' | 'now'>, { timing }: TakeoverConfig): string[] {
  return [...evacuated].filter(region => isSilent(heartbeats.get(region) ?? 0, now, timing));
}

/** How long a claim is made or started at most: until the first turn of another region, less what that region may not see yet. */
function claimWindow({ takeoverAfter, timing }: TakeoverConfig): number {
  return takeoverAfter - timing.margin;
}

/** RESOLVED is as good as a final status: that region has seen one. */
function meansEnd(status: EntryStatus): boolean {
  return isFinal(status) || status === 'RESOLVED';
}

/** Whether all that could run it are abandoned. That an event was published is a sign of life as well. */
function isAbandoned(view: LedgerView, holders: readonly LedgerEntry[], timing: LedgerTiming): boolean {
  const { now, own, evacuated } = view;
  const runners = holders.length > 0 ? holders : [{ region: own.origin, startedAt: own.publishedAt }];
  return runners.every(runner => evacuated.has(runner.region) && isSilent(lastSign(runner, view), now, timing));
}

/** One heartbeat may be lost, and the next one late. */
function isSilent(sign: number, now: number, timing: LedgerTiming): boolean {
  return now > sign + silenceAfter(timing) + timing.heartbeatInterval;
}

function lastSign({ region, startedAt = 0 }: Pick<LedgerEntry, 'region' | 'startedAt'>, { heartbeats }: LedgerView): number {
  return Math.max(startedAt, heartbeats.get(region) ?? 0);
}

/**
 * A region's turn that ends after `earliest`. Each region has its own, so that two never act at once: the first begins `takeoverAfter` later than `since`, and when all have let theirs pass, it is the
 * first one's again.
 */
function nextTurn({ name, origin }: Pick<LedgerEntry, 'name' | 'origin'>, since: number, earliest: number, config: TakeoverConfig) {
  const { region, regions, takeoverAfter, timing } = config;
  const order = takeoverOrder(name, origin, regions);
  const distance = turnDistance(takeoverAfter, timing);
  const place = order.indexOf(region);
  const first = since + takeoverAfter + place * distance;
  const round = order.length * distance;
  const cycle = Math.max(0, Math.floor((earliest - first - turnLength(timing)) / round) + 1);
  return { from: first + cycle * round, isVeryFirst: place === 0 && cycle === 0 };
}
