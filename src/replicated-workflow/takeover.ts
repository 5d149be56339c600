import { EntryStatus, FinalStatus, Heartbeat, isFinal, LedgerEntry, OpenEntry } from './ledger-entry';
import { deferral, LedgerTiming, silenceAfter, turnDistance, turnLength } from './ledger-timing';
import { TakeoverConfig } from './takeover-config';
import { hashOf, takeoverOrder } from './takeover-order';

// Who runs the workflow of an event, and who takes over when. Each decision is a pure function of what one region sees in its own replica of the ledger, and of time:
//
//   origin   published, claims, starts
//            heartbeat   heartbeat   heartbeat   x
//   peer 1   defers, witnesses       last seen   |-- silence --|-- takeoverAfter --| its turn |
//   peer 2   defers, witnesses                                                     |-- distance ---------| its turn |

/** A key's event: where it was published, and when. */
export interface PublishedEvent {
  readonly name: string;
  readonly origin: string;
  readonly publishedAt: number;
}

/** An event as it came out of the region's queue. */
export interface Arrival extends PublishedEvent {
  /** Indicates whether it has been deferred before. */
  readonly deferred: boolean;
}

/** The view that a region has in its own replica when it looks at an open entry of its own. */
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

export type ArrivalDecision =
  | { readonly kind: 'CLAIM' | 'START'; readonly until: number }
  | { readonly kind: 'WITNESS'; readonly dueAt: number }
  | { readonly kind: 'KEEP' | 'NOTHING' };

export type SweepDecision =
  | { readonly kind: 'RESOLVE'; readonly keepsEvent: boolean }
  | { readonly kind: 'CHECK' }
  | { readonly kind: 'TAKE_OVER'; readonly until: number; readonly cycle: number }
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

/** The longest time between two looks at an execution that runs, in heartbeats: a day. */
const LONGEST_LOOK = 24 * 60;

/** The longest time by which a look is put off that Step Functions has no room for, in heartbeats. */
const LONGEST_DELAY = 10;

/** The longest that SQS keeps a message back. */
const LONGEST_DEFERRAL = 15 * 60_000;

/** Returns the publish time of an event: the earlier of what the event says, equal in every region, and when it came into the region's queue. A message that was kept in a dead-letter queue shows only the
 * first, an event whose publisher set its time to the future only the second. */
export function publishedAt(eventTime: number, sentAt: number, now: number): number {
  return Math.min(...[eventTime, sentAt].map(time => (Number.isFinite(time) ? time : now)));
}

/** Returns how long a peer leaves an event in its queue; undefined if it is to be looked at now, as it is once it was left there. */
export function deferralOf({ origin, publishedAt: since, deferred }: Arrival, now: number, config: TakeoverConfig): number | undefined {
  const { region, takeoverAfter, timing } = config;
  const delay = Math.min(since + deferral(takeoverAfter, timing) - now, LONGEST_DEFERRAL);
  return origin !== region && !deferred && delay > 0 ? delay : undefined;
}

/**
 * Decides what the starter does with an event, by what the region's replica has about its key. The origin claims it, as long as all regions see the claim before the first turn of another, and unless
 * another region holds the key or has brought it to an end. A late origin only witnesses it, like a peer: another region may hold it by now.
 */
export function decideArrival(event: Arrival, entries: readonly LedgerEntry[], now: number, config: TakeoverConfig): ArrivalDecision {
  const { region, timing } = config;
  const own = entries.find(entry => entry.region === region);
  if (own) return mayStillStart(own, now, config) ? { kind: 'START', until: now + timing.margin } : { kind: 'NOTHING' };
  if (entries.some(({ status }) => meansEnd(status))) return { kind: hasSucceeded(entries) ? 'NOTHING' : 'KEEP' };

  const first = firstEvent([event, ...entries]);
  const until = first.publishedAt + claimWindow(config);
  const originMayStillClaim = event.origin === region && now < until && !entries.some(isHeld);
  // what others write after this was read is not seen any more
  if (originMayStillClaim) return { kind: 'CLAIM', until: Math.min(until, now + timing.margin) };
  return { kind: 'WITNESS', dueAt: nextTurn(first, first.publishedAt, now, config).from };
}

/** Returns whether a region that finds its own claim may start the execution: the claim may be of an attempt that died halfway. */
export function mayStillStart(found: LedgerEntry, now: number, config: TakeoverConfig): boolean {
  return found.status === 'STARTED' && now < (found.startedAt ?? 0) + claimWindow(config);
}

/** Decides what the sweeper does with an open entry of its region. */
export function decideSweep(view: LedgerView, config: TakeoverConfig): SweepDecision {
  const { now, own, others } = view;
  const { takeoverAfter, timing } = config;
  const takeOver = (cycle: number): SweepDecision => ({ kind: 'TAKE_OVER', until: now + timing.margin, cycle });
  if (own.status === 'STARTED') return now < own.dueAt ? { kind: 'WAIT', dueAt: own.dueAt } : { kind: 'CHECK' };
  if (hasSucceeded(others)) return { kind: 'RESOLVE', keepsEvent: false };
  if (own.forced && !own.forbidden) return takeOver(0);
  if (others.some(({ status }) => meansEnd(status))) return { kind: 'RESOLVE', keepsEvent: true };
  if (own.forbidden) return { kind: 'WAIT', dueAt: now + takeoverAfter };
  if (view.upSince === undefined) return { kind: 'WAIT', dueAt: own.dueAt };

  const holders = others.filter(isHeld);
  const first = firstEvent([own, ...others]);
  const silentFrom = holders.length > 0 ? Math.max(...holders.map(holder => lastSign(holder, view))) + silenceAfter(timing) : first.publishedAt;
  // a region that was away sees old heartbeats and misses claims until its replica has caught up
  const hasCaughtUpAt = Math.max(now, view.upSince + takeoverAfter);
  const turn = nextTurn(first, silentFrom, hasCaughtUpAt, config, lastOf(holders));
  const needNotWait = turn.isVeryFirst && isAbandoned(view, holders, first, timing);
  const mayActFrom = needNotWait ? hasCaughtUpAt : Math.max(turn.from, hasCaughtUpAt);
  return now < mayActFrom ? { kind: 'WAIT', dueAt: mayActFrom } : takeOver(turn.cycle);
}

/**
 * Returns the time at which the sweeper looks again at an execution that Step Functions has no room to describe: by its name, so that not all are
 * looked at again at once.
 */
export function laterLook({ name }: Pick<LedgerEntry, 'name'>, now: number, { timing }: TakeoverConfig): number {
  return now + (1 + hashOf(name) % LONGEST_DELAY) * timing.heartbeatInterval;
}

/** Decides what the sweeper does about the execution that its region claimed; undefined is one that does not exist. */
export function decideExecution({ own, others }: Pick<LedgerView, 'own' | 'others'>, execution: Execution | undefined, now: number, config: TakeoverConfig): ExecutionDecision {
  const { takeoverAfter, timing } = config;
  const { startedAt = 0 } = own;
  if (execution !== undefined && isFinal(execution.status)) {
    return { kind: 'END', status: execution.status, endedAt: execution.endedAt ?? now };
  }
  if (execution !== undefined) {
    return { kind: 'WAIT', dueAt: now + Math.min(Math.max(takeoverAfter, now - startedAt), LONGEST_LOOK * timing.heartbeatInterval) };
  }
  // another region has brought it to an end meanwhile
  if (!own.forced && others.some(({ status }) => meansEnd(status))) return { kind: 'WITHDRAW' };
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
 * Returns the time since which a region watches without a gap. One run of its sweeper may fail; an outage that lasts so long that the region could have missed a claim may not pass unnoticed.
 */
export function upSince(last: Heartbeat | undefined, now: number, { takeoverAfter, timing }: TakeoverConfig): number {
  const longestGap = Math.min(silenceAfter(timing) + timing.margin, takeoverAfter - timing.margin);
  return last !== undefined && now - last.beatAt <= longestGap ? last.upSince : now;
}

/** Returns the regions of which an operator says that they are evacuated, and that are silent indeed. */
export function abandonedRegions({ evacuated, heartbeats, now }: Pick<LedgerView, 'evacuated' | 'heartbeats' | 'now'>, { timing }: TakeoverConfig): string[] {
  return [...evacuated].filter(region => isSilent(heartbeats.get(region) ?? 0, now, timing));
}

/** Returns the longest time for which a claim is made or started: until the first turn of another region, less what that region may not see yet. */
function claimWindow({ takeoverAfter, timing }: TakeoverConfig): number {
  return takeoverAfter - timing.margin;
}

/** Returns whether a status means the end. RESOLVED is as good as a final status: that region has seen one. */
function meansEnd(status: EntryStatus): boolean {
  return isFinal(status) || status === 'RESOLVED';
}

function isHeld({ status }: LedgerEntry): boolean {
  return status === 'STARTED';
}

function hasSucceeded(entries: readonly LedgerEntry[]): boolean {
  return entries.some(({ status }) => status === 'SUCCEEDED');
}

/**
 * Returns the first event of a key. All regions that see the same entries count turns from it and by its origin, whichever event of the key they have
 * seen themselves.
 */
function firstEvent(events: readonly PublishedEvent[]): PublishedEvent {
  return events.reduce((first, one) => (
    one.publishedAt < first.publishedAt || (one.publishedAt === first.publishedAt && one.origin < first.origin) ? one : first
  ));
}

/** Returns whether all that could run it are abandoned. That an event was published is a sign of life as well. */
function isAbandoned(view: LedgerView, holders: readonly LedgerEntry[], first: PublishedEvent, timing: LedgerTiming): boolean {
  const { now, evacuated } = view;
  const runners = holders.length > 0 ? holders : [{ region: first.origin, startedAt: first.publishedAt }];
  return runners.every(runner => evacuated.has(runner.region) && isSilent(lastSign(runner, view), now, timing));
}

/** Returns whether a region is silent: one heartbeat may be lost, and the next one late. */
function isSilent(sign: number, now: number, timing: LedgerTiming): boolean {
  return now > sign + silenceAfter(timing) + timing.heartbeatInterval;
}

function lastSign({ region, startedAt = 0 }: Pick<LedgerEntry, 'region' | 'startedAt'>, { heartbeats }: LedgerView): number {
  return Math.max(startedAt, heartbeats.get(region) ?? 0);
}

/** Returns the region that claimed last. */
function lastOf(holders: readonly LedgerEntry[]): LedgerEntry | undefined {
  return holders.reduce<LedgerEntry | undefined>((last, one) => ((one.startedAt ?? 0) >= (last?.startedAt ?? 0) ? one : last), undefined);
}

/**
 * Returns a region's turn that ends after `earliest`. Each region has its own, so that two never act at once: the first begins `takeoverAfter` later than `since`, and when all have let theirs pass, it is the
 * first one's again, for twice as long. Turns go on after the one in which the holder took over, so that they stay in step with those of a region that has not seen its claim.
 */
function nextTurn({ name, origin }: PublishedEvent, since: number, earliest: number, config: TakeoverConfig, holder?: LedgerEntry) {
  const { region, regions, takeoverAfter, timing } = config;
  const order = takeoverOrder(name, origin, regions);
  let number = holder?.cycle === undefined ? 0 : holder.cycle * order.length + order.indexOf(holder.region) + 1;
  let from = since + takeoverAfter;
  for (;;) {
    const cycle = Math.floor(number / order.length);
    const place = number % order.length;
    if (order[place] === region && from + turnLength(timing, cycle) > earliest) return { from, cycle, isVeryFirst: number === 0 };
    from += turnDistance(takeoverAfter, timing, cycle);
    number++;
  }
}
