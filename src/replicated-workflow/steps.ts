import { BEAT_INTERVAL, Beat, Change, FinalStatus, NewPart, OpenPart, Part, StartedWith, Status } from './ledger';
import * as takeover from './takeover';
import { Execution, Terms } from './takeover';

/** What the starter does to the world. */
export interface StarterEffects {
  now(): number;
  /** Writes the region's part unless there is one, and answers with the one that was there. */
  open(part: NewPart): Promise<Part | undefined>;
  /** Starts the execution of that name, unless it was started before. */
  start(name: string, input: string, traceHeader?: string): Promise<void>;
}

/** What the sweeper does to the world. */
export interface SweeperEffects {
  now(): number;
  hasTime(): boolean;
  beats(): Promise<readonly Beat[]>;
  beat(beat: Beat): Promise<void>;
  /** The regions that an operator has marked as evacuated. */
  evacuated(): Promise<ReadonlySet<string>>;
  /** Whether the region's Step Functions answers at all. */
  answers(): Promise<boolean>;
  /** The names of the region's open parts that are due before a moment, the oldest first. */
  due(before: number): AsyncIterable<readonly string[]>;
  /** All regions' parts under a name, as the region's own replica has them. */
  parts(name: string): Promise<readonly Part[]>;
  /** Changes the region's part unless it has changed since it was read, and answers with what to start it with if it was changed. */
  change(seen: OpenPart, change: Change): Promise<StartedWith | undefined>;
  start(name: string, input: string, traceHeader?: string): Promise<void>;
  find(name: string): Promise<Execution | undefined>;
  failed(name: string, error: unknown): void;
}

/** What the recorder does to the world. */
export interface RecorderEffects {
  /** Writes how an execution ended to the region's part, if there is one that does not tell of a later end. */
  end(name: string, status: FinalStatus, endedAt: number): Promise<void>;
}

/** The decisions, so that a test can show what each of them is good for. */
export type Rules = typeof takeover;

/** What a sweep tells its metrics. */
export interface Swept {
  readonly takeovers: number;
  /** When the oldest event was published that, as far as this region can see, nobody has started. */
  readonly oldestUnresolved?: number;
}

/** An event that came out of the region's queue. At most two round trips: the claim comes before the start, so that no region starts unseen. */
export async function receive(event: takeover.Arrival & StartedWith, effects: StarterEffects, terms: Terms, rules: Rules = takeover) {
  const now = effects.now();
  const decision = rules.onEvent(event, now, terms);
  const part = { ...event, region: terms.region };
  if (decision.kind === 'WITNESS') {
    await effects.open({ ...part, status: 'WITNESSED', dueAt: decision.dueAt });
    return;
  }
  const found = await effects.open({ ...part, status: 'STARTED', startedAt: now, dueAt: now + terms.takeoverAfter });
  if (found !== undefined && !rules.mayGoOn(found, effects.now(), terms)) return;
  // held up in between, a peer may have taken over: the sweeper looks at it
  if (effects.now() < decision.until) await effects.start(event.name, event.input, event.traceHeader);
}

/** One run of a region's sweeper: says that the region is alive, then looks at each open part that is due. */
export async function sweep(effects: SweeperEffects, terms: Terms, rules: Rules = takeover): Promise<Swept> {
  const [beats, evacuated, answers] = await Promise.all([effects.beats(), effects.evacuated(), effects.answers()]);
  const begun = effects.now();
  // A region whose Step Functions does not answer is not alive: its peers may take over what it holds, and it takes over nothing.
  const upSince = answers ? rules.upSince(beats.find(({ region }) => region === terms.region), begun, terms) : undefined;
  if (upSince !== undefined) await effects.beat({ region: terms.region, beatAt: begun, upSince });

  const known = { beats: new Map(beats.map(({ region, beatAt }) => [region, beatAt])), evacuated, upSince };
  const before = rules.abandoned(evacuated, known.beats, begun).length > 0 ? Infinity : begun;
  let takeovers = 0;
  let oldestUnresolved: number | undefined;
  const look = async (name: string): Promise<void> => {
    let own: OpenPart | undefined;
    let outcome: Outcome = 'UNRESOLVED';
    try {
      const parts = await effects.parts(name);
      own = parts.find((part): part is OpenPart => part.region === terms.region && isOpen(part));
      const now = effects.now();
      // by then the next run has begun, with newer beats
      if (own === undefined || now > begun + BEAT_INTERVAL) return;
      outcome = await lookAt({ ...known, now, own, others: parts.filter(({ region }) => region !== terms.region) }, effects, terms, rules);
    } catch (error) {
      effects.failed(name, error);
    }
    if (outcome === 'TAKEN_OVER') takeovers++;
    if (outcome === 'UNRESOLVED' && own) oldestUnresolved = Math.min(oldestUnresolved ?? Infinity, own.publishedAt);
  };
  for await (const names of effects.due(before)) {
    await Promise.all(names.map(look));
    if (!effects.hasTime()) break;
  }
  return { takeovers, oldestUnresolved };
}

/** The end of an execution in this region. */
export async function record(event: unknown, effects: RecorderEffects, rules: Rules = takeover): Promise<void> {
  const ended = rules.onEnded(event);
  if (ended) await effects.end(ended.name, ended.status, ended.endedAt);
}

type Outcome = 'TAKEN_OVER' | 'UNRESOLVED' | 'HELD' | 'DONE';

async function lookAt(view: takeover.View, effects: SweeperEffects, terms: Terms, rules: Rules): Promise<Outcome> {
  const { own, others } = view;
  const decision = rules.onDue(view, terms);
  switch (decision.kind) {
    case 'RESOLVE':
      await effects.change(own, { kind: 'RESOLVE' });
      return 'DONE';
    case 'WAIT':
      await wait(view, decision.dueAt, effects);
      return own.status === 'STARTED' || others.some(({ status }) => status === 'STARTED') ? 'HELD' : 'UNRESOLVED';
    case 'TAKE_OVER':
      return await start(own, { kind: 'CLAIM', startedAt: view.now, dueAt: view.now + BEAT_INTERVAL }, decision.until, effects)
        ? 'TAKEN_OVER' : 'UNRESOLVED';
    case 'CHECK':
      return check(view, effects, terms, rules);
  }
}

async function check(view: takeover.View, effects: SweeperEffects, terms: Terms, rules: Rules): Promise<Outcome> {
  const { own } = view;
  const execution = await effects.find(own.name);
  const now = effects.now();
  const decision = rules.onExecution(own, execution, now, terms);
  switch (decision.kind) {
    case 'END':
      await effects.change(own, decision);
      return 'DONE';
    case 'WAIT':
      await wait(view, decision.dueAt, effects);
      return 'HELD';
    case 'START':
      return await start(own, { kind: 'TRY_AGAIN', dueAt: now + BEAT_INTERVAL }, decision.until, effects) ? 'HELD' : 'UNRESOLVED';
    case 'WITHDRAW':
      await effects.change(own, { kind: 'WITHDRAW', dueAt: view.now });
      return 'UNRESOLVED';
  }
}

/** Starts what a change has claimed, unless something came in between: then it is for the next look. */
async function start(own: OpenPart, claim: Change, until: number, effects: SweeperEffects): Promise<boolean> {
  const claimed = await effects.change(own, claim);
  if (claimed === undefined || effects.now() >= until) return false;
  await effects.start(own.name, claimed.input, claimed.traceHeader);
  return true;
}

/** A later look. To put off what is not due yet would be a write for nothing, so it is only ever brought forward. */
async function wait({ now, own }: takeover.View, dueAt: number, effects: SweeperEffects): Promise<void> {
  if (dueAt < own.dueAt || (dueAt > own.dueAt && own.dueAt <= now)) await effects.change(own, { kind: 'WAIT', dueAt });
}

function isOpen(part: Part): part is OpenPart {
  return (part.status satisfies Status) === 'WITNESSED' || part.status === 'STARTED';
}
