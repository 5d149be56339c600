import { EntryChange, ExecutionInput, FinalStatus, Heartbeat, isOpen, LedgerEntry, NewEntry, OpenEntry } from './ledger-entry';
import * as takeover from './takeover';
import { Arrival, Execution, LedgerView } from './takeover';
import { TakeoverConfig } from './takeover-config';

/** What the starter does to the world. */
export interface StarterEffects {
  now(): number;
  /** Writes the region's entry unless there is one, and returns the one that was there. */
  open(entry: NewEntry): Promise<LedgerEntry | undefined>;
  /** Starts the execution of that name, unless it was started before. */
  start(name: string, input: string, traceHeader?: string): Promise<void>;
}

/** What the sweeper does to the world. */
export interface SweeperEffects {
  now(): number;
  hasTime(): boolean;
  heartbeats(): Promise<readonly Heartbeat[]>;
  sendHeartbeat(heartbeat: Heartbeat): Promise<void>;
  /** The regions that an operator has marked as evacuated. */
  evacuated(): Promise<ReadonlySet<string>>;
  /** Whether the region's Step Functions answers at all. */
  stepFunctionsAnswers(): Promise<boolean>;
  /** The names of the region's open entries that are due before a moment, the oldest first. */
  due(before: number): AsyncIterable<readonly string[]>;
  /** All regions' entries of a name, as the region's own replica has them. */
  entries(name: string): Promise<readonly LedgerEntry[]>;
  /** Changes the region's entry unless it has changed since it was read, and returns what to start it with if it was changed. */
  change(seen: OpenEntry, change: EntryChange): Promise<ExecutionInput | undefined>;
  start(name: string, input: string, traceHeader?: string): Promise<void>;
  find(name: string): Promise<Execution | undefined>;
  failed(name: string, error: unknown): void;
}

/** What the recorder does to the world. */
export interface RecorderEffects {
  /** Writes how an execution ended to the region's entry, if there is one that does not tell of a later end. */
  end(name: string, status: FinalStatus, endedAt: number): Promise<void>;
}

/** The decisions, so that the model can show what each of them is good for. */
export type Decisions = typeof takeover;

/** The result of a sweep, for its metrics. */
export interface SweepResult {
  /** Executions that this region started in place of another. */
  readonly takeovers: number;
  /** When the oldest event was published that, as far as this region can see, no region has started. */
  readonly oldestUnresolved?: number;
}

/** Handles an event that came out of the region's queue. At most two round trips: the claim comes before the start, so that no region starts unseen. */
export async function handleArrival(
  event: Arrival & ExecutionInput, effects: StarterEffects, config: TakeoverConfig, decisions: Decisions = takeover,
): Promise<void> {
  const now = effects.now();
  const decision = decisions.decideArrival(event, now, config);
  const entry = { ...event, region: config.region };
  if (decision.kind === 'WITNESS') {
    await effects.open({ ...entry, status: 'WITNESSED', dueAt: decision.dueAt });
    return;
  }
  const found = await effects.open({ ...entry, status: 'STARTED', startedAt: now, dueAt: now + config.takeoverAfter });
  if (found !== undefined && !decisions.mayStillStart(found, effects.now(), config)) return;
  // held up in between, a peer may have taken over: the sweeper looks at it
  if (effects.now() < decision.until) await effects.start(event.name, event.input, event.traceHeader);
}

/** Runs a region's sweeper once: sends the region's heartbeat, then looks at each open entry that is due. */
export async function sweep(effects: SweeperEffects, config: TakeoverConfig, decisions: Decisions = takeover): Promise<SweepResult> {
  const [heartbeats, evacuated, answers] = await Promise.all([effects.heartbeats(), effects.evacuated(), effects.stepFunctionsAnswers()]);
  const begun = effects.now();
  // A region whose Step Functions does not answer is not alive: its peers may take over what it holds, and it takes over nothing.
  const upSince = answers ? decisions.upSince(heartbeats.find(({ region }) => region === config.region), begun, config) : undefined;
  if (upSince !== undefined) await effects.sendHeartbeat({ region: config.region, beatAt: begun, upSince });

  const known = { heartbeats: new Map(heartbeats.map(({ region, beatAt }) => [region, beatAt])), evacuated, upSince };
  const before = decisions.abandonedRegions({ ...known, now: begun }, config).length > 0 ? Infinity : begun;
  let takeovers = 0;
  let oldestUnresolved: number | undefined;
  const lookAt = async (name: string): Promise<void> => {
    let own: OpenEntry | undefined;
    let outcome: Outcome = 'UNRESOLVED';
    try {
      const entries = await effects.entries(name);
      own = entries.find((entry): entry is OpenEntry => entry.region === config.region && isOpen(entry));
      const now = effects.now();
      // by then the next run has begun, with newer heartbeats
      if (own === undefined || now > begun + config.timing.heartbeatInterval) return;
      outcome = await settle({ ...known, now, own, others: entries.filter(({ region }) => region !== config.region) }, effects, config, decisions);
    } catch (error) {
      effects.failed(name, error);
    }
    if (outcome === 'TAKEN_OVER') takeovers++;
    if (outcome === 'UNRESOLVED' && own) oldestUnresolved = Math.min(oldestUnresolved ?? Infinity, own.publishedAt);
  };
  for await (const names of effects.due(before)) {
    await Promise.all(names.map(lookAt));
    if (!effects.hasTime()) break;
  }
  return { takeovers, oldestUnresolved };
}

/** Records the end of an execution in this region. */
export async function recordEnd(event: unknown, effects: RecorderEffects, decisions: Decisions = takeover): Promise<void> {
  const end = decisions.endOf(event);
  if (end) await effects.end(end.name, end.status, end.endedAt);
}

/** How an entry is after the sweeper has looked at it: a region holds it, this one in place of another, none does, or there is nothing left to do. */
type Outcome = 'HELD' | 'TAKEN_OVER' | 'UNRESOLVED' | 'DONE';

/** Decides about one open entry of the region, and does what is decided. */
async function settle(view: LedgerView, effects: SweeperEffects, config: TakeoverConfig, decisions: Decisions): Promise<Outcome> {
  const { own, others, now } = view;
  const isHeldElsewhere = others.some(({ status }) => status === 'STARTED');
  const decision = decisions.decideSweep(view, config);
  switch (decision.kind) {
    case 'RESOLVE':
      await effects.change(own, { kind: 'RESOLVE' });
      return 'DONE';
    case 'WAIT':
      await reschedule(view, decision.dueAt, effects);
      return own.status === 'STARTED' || isHeldElsewhere ? 'HELD' : 'UNRESOLVED';
    case 'TAKE_OVER': {
      const claim: EntryChange = { kind: 'CLAIM', startedAt: now, dueAt: now + config.timing.heartbeatInterval };
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
  const decision = decisions.decideExecution(own, execution, now, config);
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
