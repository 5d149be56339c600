import { Region, Run, StoredEntry } from './region';
import { Impairment, MINUTE, Publication, Repetition, SECOND } from './scenario';
import { World } from './world';
import { effectOf, EntryChange, isFinal, NewEntry, OpenEntry } from '../../../src/replicated-workflow/ledger-entry';
import { LEDGER_TIMING } from '../../../src/replicated-workflow/ledger-timing';
import { Decisions, handleArrival, HeartbeatEffects, recordEnd, RecorderEffects, sendHeartbeat, StarterEffects, sweep, SweeperEffects } from '../../../src/replicated-workflow/protocol';
import * as takeover from '../../../src/replicated-workflow/takeover';
import { TakeoverConfig } from '../../../src/replicated-workflow/takeover-config';

/** What a mutation changes: the decisions, or what the handlers do to the world. */
export interface Variant {
  readonly decisions?: Partial<Decisions>;
  readonly starter?: (effects: StarterEffects) => StarterEffects;
  readonly sweeper?: (effects: SweeperEffects & { inputOf(name: string): { input: string } }) => SweeperEffects;
  readonly heartbeat?: (effects: HeartbeatEffects) => HeartbeatEffects;
  /** An impairment for whose end the sweeper waits, and with it the heartbeat. */
  readonly sweeperWaitsFor?: Impairment;
}

/** An event as a region's queue holds it. */
interface Message {
  readonly story: Story;
  readonly input: string;
  readonly origin: Region;
  /** What the event says. */
  readonly eventTime: number;
  /** When it came into the queue. */
  readonly sentAt: number;
  /** Whether the starter has put it back for later. */
  readonly deferred: boolean;
}

/** What came of the events of a key. */
export interface Story {
  readonly name: string;
  readonly publication: Publication;
  /** When it was first published in a region, by no region's clock. */
  readonly publishedIn: Map<Region, number>;
  /** The events, each of which the workflow may be started with. */
  readonly inputs: Set<string>;
  /** The regions whose queue it reached. */
  readonly seenBy: Set<Region>;
  readonly runs: Run[];
}

const VISIBILITY_TIMEOUT = MINUTE;
const LONGEST_PAUSE = 3 * SECOND;

/** A run of the sweeper may be missed or die; that the next one does as well is a failure of the region. */
const ONE_MISSED = LEDGER_TIMING.heartbeatInterval + 20 * SECOND;

/** The workflow in every region: its queue, its Step Functions and its entries in the ledger, with the handlers' own code in between. */
export class Workflow {
  public readonly stories: Story[] = [];
  public takeovers = 0;

  private readonly decisions: Decisions;
  private readonly finalSeen = new Map<string, Map<Region, number>>();

  constructor(private readonly world: World, private readonly variant: Variant = {}) {
    const { publications, seed } = world.scenario;
    this.decisions = { ...takeover, ...variant.decisions };
    world.regions.forEach(region => this.sweepEveryMinute(region));
    publications.forEach((one, i) => this.tell(one, `key-${seed}-${i}`));
  }

  /** Whether every event that a surviving region has seen was run to its end, and nothing is left to do. */
  public isDone(): boolean {
    return this.stories.every(({ runs, seenBy }) => ![...seenBy].some(region => region.survives) || runs.some(({ endedAt }) => endedAt))
      && this.world.regions.every(region => !region.survives || region.openEntries().length === 0);
  }

  /** When all other regions knew the end of a run; undefined if they do not yet. */
  public endKnownAt(run: Run): number | undefined {
    const seen = this.finalSeen.get(keyOf(run.name, run.region));
    const others = this.world.regions.filter(({ name, diedAt }) => name !== run.region && diedAt > run.startedAt);
    return others.every(region => seen?.has(region)) ? Math.max(run.startedAt, ...others.map(region => seen!.get(region)!)) : undefined;
  }

  /** Publishes the events of a key. */
  private tell(publication: Publication, name: string): void {
    const story: Story = { name, publication, publishedIn: new Map(), inputs: new Set(), seenBy: new Set(), runs: [] };
    const first: Repetition = { origin: publication.origin, after: 0, detour: publication.detour, detourTo: publication.detourTo };
    [first, ...publication.again].forEach((one, i) => this.world.at(
      publication.at + one.after,
      () => this.publish(story, one, i),
      Math.max(one.detour, publication.detourAtHome, ...publication.backlog) + 8 * MINUTE,
    ));
  }

  private publish(story: Story, { origin: index, detour, detourTo }: Repetition, number: number): void {
    const { name, publication: { shift, twice, detourAtHome } } = story;
    const origin = this.world.region(index);
    // nobody publishes in a region that is down
    if (origin.dead || origin.frozen > 0) return;
    const eventTime = Math.floor((this.world.time + origin.clockOffset + shift) / SECOND) * SECOND;
    const input = JSON.stringify({ name, region: origin.name, time: eventTime, number });
    if (story.inputs.size === 0) this.stories.push(story);
    story.inputs.add(input);
    if (!story.publishedIn.has(origin)) story.publishedIn.set(origin, this.world.time);
    for (const region of this.world.regions) {
      for (let copy = 0; copy < (twice ? 2 : 1); copy++) {
        const delay = this.world.chance.between(100, 2 * SECOND) + (copy > 0 ? this.world.chance.between(0, 3 * MINUTE) : 0);
        const enqueue = (): void => this.enqueue(region, {
          story, input, origin, eventTime, sentAt: this.world.time + region.clockOffset, deferred: false,
        }, story.publication.backlog[this.world.regions.indexOf(region)]);
        if (region === origin) this.world.later(origin, delay + detourAtHome, enqueue);
        else this.world.send(origin, region, delay + (detourTo === undefined || this.world.region(detourTo) === region ? detour : 0), enqueue);
      }
    }
  }

  /** Lets the starter get a message after a time, and again until it is done with it. */
  private enqueue(region: Region, message: Message, delay: number): void {
    const { story, input, origin, eventTime, sentAt, deferred } = message;
    story.seenBy.add(region);
    let done = false;
    const deliver = (): void => {
      if (done) return;
      this.world.later(region, VISIBILITY_TIMEOUT, deliver);
      if (region.is('BUSY')) return;
      this.world.wake();
      const effects = this.starterOf(region, message, this.world.time);
      const arrival = {
        name: story.name,
        origin: origin.name,
        input,
        publishedAt: this.decisions.publishedAt(eventTime, sentAt, effects.now()),
        deferred,
      };
      handleArrival(arrival, effects, this.configOf(region), this.decisions).then(() => { done = true; }, () => undefined);
    };
    this.world.later(region, delay + this.world.chance.between(0, SECOND), deliver);
  }

  private configOf(region: Region): TakeoverConfig {
    const { regions, scenario: { takeoverAfter } } = this.world;
    return { region: region.name, regions: regions.map(({ name }) => name), takeoverAfter, timing: LEDGER_TIMING };
  }

  private starterOf(region: Region, message: Message, receivedAt: number): StarterEffects {
    let decidedAt = receivedAt;
    const effects: StarterEffects = {
      now: () => this.world.time + region.clockOffset,
      defer: delay => this.step(region, false, () => this.enqueue(region, { ...message, deferred: true }, delay)),
      entries: name => this.step(region, false, () => {
        decidedAt = this.world.time;
        return region.entriesOf(name);
      }),
      open: entry => this.step(region, true, () => this.open(region, entry)),
      start: (name, input) => this.step(region, true, () => this.start(region, name, input, decidedAt)),
    };
    return this.variant.starter?.(effects) ?? effects;
  }

  private sweepEveryMinute(region: Region): void {
    const run = (): void => {
      const late = this.world.time < this.world.calmFrom && this.world.time - region.lastHeartbeat < ONE_MISSED && this.world.chance.happens(0.03);
      this.world.later(region, LEDGER_TIMING.heartbeatInterval + this.world.chance.between(-5, late ? 60 : 15) * SECOND, run);
      this.sweep(region, late);
    };
    this.world.later(region, this.world.chance.between(0, MINUTE), run);
  }

  private sweep(region: Region, late: boolean): void {
    if (this.variant.sweeperWaitsFor && region.is(this.variant.sweeperWaitsFor)) return;
    this.world.wake();
    const mayDie = !late && this.world.time - region.lastHeartbeat < ONE_MISSED;
    const step = <T>(writes: boolean, effect: () => T) => this.step(region, writes, effect, mayDie);
    const now = (): number => this.world.time + region.clockOffset;
    const heartbeat: HeartbeatEffects = {
      now,
      heartbeats: () => step(false, () => region.heartbeats.values()),
      stepFunctionsAnswers: () => step(false, () => region.stepFunctionsOut === 0),
      sendHeartbeat: one => step(false, () => {
        region.lastHeartbeat = this.world.time;
        this.world.replicate(region, (replica, version) => replica.heartbeats.apply(one.region, one, version));
      }),
    };
    const evacuated = (): Promise<ReadonlySet<string>> => step(false, () => (
      new Set(region.is('CONTROL_TABLE') ? [] : region.marks.values().filter(({ marked }) => marked).map(({ region: marked }) => marked))
    ));
    const decidedAt = new Map<string, number>();
    let left = this.world.scenario.sweepLimit;
    const effects: SweeperEffects = {
      now,
      hasTime: () => left > 0,
      async *due(before) {
        const due = await step(false, () => region.openEntries().filter(({ dueAt }) => dueAt! <= before).sort((a, b) => a.dueAt! - b.dueAt!));
        for (const { name } of due) {
          yield [name];
          left--;
        }
      },
      entries: name => step(false, () => {
        decidedAt.set(name, this.world.time);
        return region.entriesOf(name);
      }),
      change: (seen, change) => step(true, () => this.change(region, seen, change)),
      start: (name, input) => step(true, () => this.start(region, name, input, decidedAt.get(name) ?? this.world.time)),
      find: name => step(false, () => this.find(region, name)),
      failed: () => undefined,
    };
    const inputOf = (name: string) => ({ input: region.entries.get(keyOf(name, region.name))!.input! });
    const config = this.configOf(region);
    const run = async (): Promise<void> => {
      const known = await sendHeartbeat(this.variant.heartbeat?.(heartbeat) ?? heartbeat, config, this.decisions);
      const varied = this.variant.sweeper?.({ ...effects, inputOf }) ?? effects;
      const result = await sweep({ ...known, evacuated: await evacuated() }, varied, config, this.decisions);
      this.takeovers += result.takeovers;
    };
    void run();
  }

  private hear(region: Region, run: Run, endedAt: number): void {
    if (this.world.chance.happens(this.world.scenario.unheard / 100)) return;
    this.world.later(region, this.world.chance.between(0, 3 * SECOND), () => {
      // Lambda tries again later
      if (region.is('BUSY')) {
        this.world.later(region, MINUTE, () => this.hear(region, run, endedAt));
        return;
      }
      this.world.wake();
      const effects: RecorderEffects = {
        end: (name, status, at) => this.step(region, true, () => {
          const own = region.entries.get(keyOf(name, region.name));
          if (own) this.write(region, changed(own, { kind: 'END', status, endedAt: at }));
        }),
      };
      void recordEnd({ detail: { name: run.name, status: 'SUCCEEDED', stopDate: endedAt } }, effects, this.decisions);
    });
  }

  /** One effect of a handler, which may come late, or be the last thing before the handler dies or the region freezes. */
  private async step<T>(region: Region, writes: boolean, effect: () => T, mayDie = true): Promise<T> {
    const dies = (): boolean => mayDie && this.world.time < this.world.calmFrom && this.world.chance.happens(this.world.scenario.crashes / 1000);
    if (dies()) return forever();
    if (this.world.chance.happens(0.1)) await this.pause(region, this.world.chance.between(0, LONGEST_PAUSE));
    const trip = writes ? this.world.scenario.trips.find(one => this.world.region(one.region) === region && one.step === region.steps) : undefined;
    if (writes) region.steps++;
    if (trip?.before) {
      this.world.freeze(region, trip.length);
      await this.pause(region, 0);
    }
    const result = effect();
    if (trip?.later !== undefined) {
      this.world.later(region, trip.later, () => this.world.freeze(region, trip.length));
    } else if (trip && !trip.before) {
      this.world.freeze(region, trip.length);
      await this.pause(region, 0);
    }
    return dies() ? forever() : result;
  }

  private pause(region: Region, length: number): Promise<void> {
    const { thaws } = region;
    return new Promise(resolve => this.world.later(region, length, () => {
      // of the handlers that were frozen, some wake up as if nothing had happened
      if (region.thaws > thaws && this.world.chance.happens(0.3)) return;
      this.world.wake();
      resolve();
    }));
  }

  private open(region: Region, entry: NewEntry): StoredEntry | undefined {
    const found = region.entries.get(keyOf(entry.name, region.name));
    if (found === undefined) this.write(region, entry);
    return found;
  }

  private change(region: Region, seen: OpenEntry, change: EntryChange): { input: string } | undefined {
    const own = region.entries.get(keyOf(seen.name, region.name));
    if (own?.status !== seen.status || own.dueAt !== seen.dueAt) return undefined;
    this.write(region, changed(own, change));
    return { input: own.input! };
  }

  private start(region: Region, name: string, input: string, decidedAt: number): void {
    this.requireStepFunctions(region);
    if (region.runs.has(name)) return;
    const story = this.stories.find(one => one.name === name)!;
    const claimedAt = region.entries.get(keyOf(name, region.name))?.startedAt ?? Infinity;
    const run: Run = { name, region: region.name, input, decidedAt: Math.min(decidedAt, claimedAt - region.clockOffset), startedAt: this.world.time };
    region.runs.set(name, run);
    story.runs.push(run);
    this.world.later(region, story.publication.duration, () => {
      run.endedAt = this.world.time;
      this.hear(region, run, this.world.time + region.clockOffset);
    });
  }

  private write(region: Region, entry: StoredEntry): void {
    this.world.replicate(region, (replica, version) => {
      const key = keyOf(entry.name, entry.region);
      if (!replica.entries.apply(key, entry, version) || !isFinal(entry.status)) return;
      const seen = this.finalSeen.get(key) ?? new Map<Region, number>();
      if (!seen.has(replica)) seen.set(replica, this.world.time);
      this.finalSeen.set(key, seen);
    });
  }

  private requireStepFunctions(region: Region): void {
    if (region.stepFunctionsOut > 0) throw new Error('Step Functions does not answer');
    if (region.is('THROTTLED')) throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  }

  private find(region: Region, name: string): takeover.Execution | 'NONE' | 'UNKNOWN' {
    if (region.is('THROTTLED')) return 'UNKNOWN';
    this.requireStepFunctions(region);
    const run = region.runs.get(name);
    if (run === undefined) return 'NONE';
    return run.endedAt === undefined ? { status: 'RUNNING' } : { status: 'SUCCEEDED', endedAt: run.endedAt + region.clockOffset };
  }
}

function keyOf(name: string, region: string): string {
  return `${name}@${region}`;
}

function changed(own: StoredEntry, change: EntryChange): StoredEntry {
  const { set, remove } = effectOf(change);
  return { ...own, ...set, ...Object.fromEntries(remove.map(attribute => [attribute, undefined])) };
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}
