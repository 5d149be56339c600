import { EntryChange, ExecutionInput, FinalStatus, Heartbeat, isOpen, LedgerEntry, NewEntry, OpenEntry } from './ledger-entry';
import * as takeover from './takeover';
import { Arrival, Execution, LedgerView } from './takeover';
import { TakeoverConfig } from './takeover-config';

/** The effects of the starter. */
export interface StarterEffects {
  now(): number;
  /** Puts the event back into the region's queue for a time. */
  defer(delay: number): Promise<void>;
  /** Returns all regions' entries of a name, as the region's own replica has them. */
  entries(name: string): Promise<readonly LedgerEntry[]>;
  /** Writes the region's entry unless there is one, and returns the one that was there. */
  open(entry: NewEntry): Promise<LedgerEntry | undefined>;
  /** Starts the execution of that name, unless it was started before. */
  start(name: string, input: string, traceHeader?: string): Promise<void>;
}

/** The effects of a heartbeat. */
export interface HeartbeatEffects {
  now(): number;
  heartbeats(): Promise<readonly Heartbeat[]>;
  /** Returns whether the region's Step Functions answers at all. */
  stepFunctionsAnswers(): Promise<boolean>;
  sendHeartbeat(heartbeat: Heartbeat): Promise<void>;
}

/** The effects of the sweeper. */
export interface SweeperEffects {
  now(): number;
  hasTime(): boolean;
  /** Returns the names of the region's open entries that are due before a moment, the oldest first. */
  due(before: number): AsyncIterable<readonly string[]>;
  /** Returns all regions' entries of a name, as the region's own replica has them. */
  entries(name: string): Promise<readonly LedgerEntry[]>;
  /** Changes the region's entry unless it has changed since it was read, and returns what to start it with if it was changed. */
  change(seen: OpenEntry, change: EntryChange): Promise<ExecutionInput | undefined>;
  start(name: string, input: string, traceHeader?: string): Promise<void>;
  /** Finds the execution of that name, `NONE`, or `UNKNOWN` while Step Functions is asked too often. */
  find(name: string): Promise<Execution | 'NONE' | 'UNKNOWN'>;
  failed(name: string, error: unknown): void;
}

/** The knowledge that a region has of all regions when it sweeps. */
export interface Knowledge extends Pick<LedgerView, 'heartbeats' | 'evacuated' | 'upSince'> {
  /** The time at which it was read: a minute later it is out of date. */
  readonly readAt: number;
}

/** The effects of the recorder. */
export interface RecorderEffects {
  /** Writes how an execution ended to the region's entry, if there is one without a later end. */
  end(name: string, status: FinalStatus, endedAt: number): Promise<void>;
}

/** The decisions, so that the model can show what each of them is good for. */
export type Decisions = typeof takeover;

/** The result of a sweep, for its metrics. */
export interface SweepResult {
  /** Executions that this region started in place of another. */
  readonly takeovers: number;
  /** The time at which the oldest event was published that, as far as this region can see, no region has started. */
  readonly oldestUnresolved?: number;
  /** The delay of the latest look. */
  readonly lateness: number;
  /** Indicates whether all that was due has been looked at. */
  readonly isDone: boolean;
}

/**
 * Handles an event that came out of the region's queue. A peer leaves it there first, for as long as most workflows take. Then it reads what the regions have about it; the claim comes before the start,
 * so that no region starts unseen.
 */
export async function handleArrival(
  event: Arrival & ExecutionInput, effects: StarterEffects, config: TakeoverConfig, decisions: Decisions = takeover,
): Promise<void> {
  const delay = decisions.deferralOf(event, effects.now(), config);
  if (delay !== undefined) return effects.defer(delay);

  const entries = await effects.entries(event.name);
  const now = effects.now();
  const decision = decisions.decideArrival(event, entries, now, config);
  const { deferred: _, ...published } = event;
  const entry = { ...published, region: config.region };
  const start = async (until: number): Promise<void> => {
    // held up in between, a peer may have taken over: the sweeper looks at it
    if (effects.now() < until) await effects.start(event.name, event.input, event.traceHeader);
  };
  switch (decision.kind) {
    case 'NOTHING': return;
    case 'START': return start(decision.until);
    case 'KEEP':
      await effects.open({ ...entry, status: 'RESOLVED' });
      return;
    case 'WITNESS':
      await effects.open({ ...entry, status: 'WITNESSED', dueAt: decision.dueAt });
      return;
    case 'CLAIM': {
      const found = await effects.open({ ...entry, status: 'STARTED', startedAt: now, dueAt: now + config.takeoverAfter });
      if (found === undefined || decisions.mayStillStart(found, effects.now(), config)) await start(decision.until);
    }
  }
}

/** Sends the region's heartbeat, and returns what it knows of the others'. A region whose Step Functions does not answer is not alive: its peers may take over what it holds, and it takes over nothing. */
export async function sendHeartbeat(
  effects: HeartbeatEffects, config: TakeoverConfig, decisions: Decisions = takeover,
): Promise<Omit<Knowledge, 'evacuated'>> {
  const [heartbeats, answers] = await Promise.all([effects.heartbeats(), effects.stepFunctionsAnswers()]);
  const readAt = effects.now();
  const upSince = answers ? decisions.upSince(heartbeats.find(({ region }) => region === config.region), readAt, config) : undefined;
  if (upSince !== undefined) await effects.sendHeartbeat({ region: config.region, beatAt: readAt, upSince });
  return { readAt, heartbeats: byRegion(heartbeats), upSince };
}

/** Returns what a region knows that has sent its heartbeat a moment ago. */
export function knowledgeOf(heartbeats: readonly Heartbeat[], now: number, { region, timing }: TakeoverConfig): Omit<Knowledge, 'evacuated'> {
  const own = heartbeats.find(one => one.region === region);
  const isAlive = own !== undefined && now - own.beatAt <= timing.heartbeatInterval;
  return { readAt: now, heartbeats: byRegion(heartbeats), upSince: isAlive ? own.upSince : undefined };
}

function byRegion(heartbeats: readonly Heartbeat[]): ReadonlyMap<string, number> {
  return new Map(heartbeats.map(({ region, beatAt }) => [region, beatAt]));
}

/** Looks at each open entry of the region that is due, as long as there is time. */
export async function sweep(
  known: Knowledge, effects: SweeperEffects, config: TakeoverConfig, decisions: Decisions = takeover,
): Promise<SweepResult> {
  const { readAt } = known;
  const before = decisions.abandonedRegions({ ...known, now: readAt }, config).length > 0 ? Infinity : readAt;
  let takeovers = 0;
  let lateness = 0;
  let oldestUnresolved: number | undefined;
  const lookAt = async (name: string): Promise<void> => {
    let own: OpenEntry | undefined;
    let outcome: Outcome = 'UNRESOLVED';
    try {
      const entries = await effects.entries(name);
      own = entries.find((entry): entry is OpenEntry => entry.region === config.region && isOpen(entry));
      const now = effects.now();
      // by then the next run has begun, with newer heartbeats
      if (own === undefined || now > readAt + config.timing.heartbeatInterval) return;
      // what an operator has put first is not late
      if (own.dueAt > 0) lateness = Math.max(lateness, now - own.dueAt);
      outcome = await settle({ ...known, now, own, others: entries.filter(({ region }) => region !== config.region) }, effects, config, decisions);
    } catch (error) {
      effects.failed(name, error);
    }
    if (outcome === 'TAKEN_OVER') takeovers++;
    if (outcome === 'UNRESOLVED' && own) oldestUnresolved = Math.min(oldestUnresolved ?? Infinity, own.publishedAt);
  };
  for await (const names of effects.due(before)) {
    if (!effects.hasTime()) return { takeovers, oldestUnresolved, lateness, isDone: false };
    await Promise.all(names.map(lookAt));
  }
  return { takeovers, oldestUnresolved, lateness, isDone: true };
}

/** Records the end of an execution in this region. */
export async function recordEnd(event: unknown, effects: RecorderEffects, decisions: Decisions = takeover): Promise<void> {
  const end = decisions.endOf(event);
  if (end) await effects.end(end.name, end.status, end.endedAt);
}

/** The outcome of a look of the sweeper at an entry: a region holds it, this one in place of another, none does, or there is nothing left to do. */
type Outcome = 'HELD' | 'TAKEN_OVER' | 'UNRESOLVED' | 'DONE';

/** Decides about one open entry of the region, and does what is decided. */
async function settle(view: LedgerView, effects: SweeperEffects, config: TakeoverConfig, decisions: Decisions): Promise<Outcome> {
  const { own, others, now } = view;
  const isHeldElsewhere = others.some(({ status }) => status === 'STARTED');
  const decision = decisions.decideSweep(view, config);
  switch (decision.kind) {
    case 'RESOLVE':
      await effects.change(own, decision);
      return 'DONE';
    case 'WAIT':
      await reschedule(view, decision.dueAt, effects);
      return own.status === 'STARTED' || isHeldElsewhere ? 'HELD' : 'UNRESOLVED';
    case 'TAKE_OVER': {
      const claim: EntryChange = { kind: 'CLAIM', startedAt: now, cycle: decision.cycle, dueAt: now + config.timing.heartbeatInterval };
      if (!await startIfChanged(own, claim, decision.until, effects)) return 'UNRESOLVED';
      // its own event that came late is not another's
      return own.origin !== config.region || isHeldElsewhere ? 'TAKEN_OVER' : 'HELD';
    }
    case 'CHECK':
      return checkExecution(view, effects, config, decisions);
  }
}

/** Decides about an entry of which the region has claimed the execution. */
async function checkExecution(view: LedgerView, effects: SweeperEffects, config: TakeoverConfig, decisions: Decisions): Promise<Outcome> {
  const { own } = view;
  const execution = await effects.find(own.name);
  const now = effects.now();
  if (execution === 'UNKNOWN') {
    await reschedule(view, decisions.laterLook(own, now, config), effects);
    return 'HELD';
  }
  const decision = decisions.decideExecution(view, execution === 'NONE' ? undefined : execution, now, config);
  switch (decision.kind) {
    case 'END':
      await effects.change(own, decision);
      return 'DONE';
    case 'WAIT':
      await reschedule(view, decision.dueAt, effects);
      return 'HELD';
    case 'START': {
      const tryAgain: EntryChange = { kind: 'TRY_AGAIN', dueAt: now + config.timing.heartbeatInterval };
      return await startIfChanged(own, tryAgain, decision.until, effects) ? 'HELD' : 'UNRESOLVED';
    }
    case 'WITHDRAW':
      await effects.change(own, { kind: 'WITHDRAW', dueAt: view.now });
      return 'UNRESOLVED';
  }
}

/** Starts what a change has claimed, unless something came in between: then it is for the next look. */
async function startIfChanged(own: OpenEntry, claim: EntryChange, until: number, effects: SweeperEffects): Promise<boolean> {
  const claimed = await effects.change(own, claim);
  if (claimed === undefined || effects.now() >= until) return false;
  await effects.start(own.name, claimed.input, claimed.traceHeader);
  return true;
}

/** Reschedules the next look; skips the write unless the entry is due or the look moves earlier. */
async function reschedule({ now, own }: LedgerView, dueAt: number, effects: SweeperEffects): Promise<void> {
  if (dueAt < own.dueAt || (dueAt > own.dueAt && own.dueAt <= now)) await effects.change(own, { kind: 'WAIT', dueAt });
}
