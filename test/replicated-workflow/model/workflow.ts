import { Region, Run, StoredEntry } from './region';
import { MINUTE, Publication, SECOND } from './scenario';
import { World } from './world';
import { effectOf, EntryChange, isFinal, NewEntry, OpenEntry } from '../../../src/replicated-workflow/ledger-entry';
import { LEDGER_TIMING } from '../../../src/replicated-workflow/ledger-timing';
import { Decisions, handleArrival, recordEnd, RecorderEffects, StarterEffects, sweep, SweeperEffects } from '../../../src/replicated-workflow/protocol';
import * as takeover from '../../../src/replicated-workflow/takeover';
import { TakeoverConfig } from '../../../src/replicated-workflow/takeover-config';

/** What a mutation changes: the decisions, or what the handlers do to the world. */
export interface Variant {
  readonly decisions?: Partial<Decisions>;
  readonly starter?: (effects: StarterEffects) => StarterEffects;
  readonly sweeper?: (effects: SweeperEffects & { inputOf(name: string): { input: string } }) => SweeperEffects;
}

/** What came of an event. */
export interface Story {
  readonly name: string;
  readonly publication: Publication;
  /** When it was published indeed, by no region's clock. */
  readonly publishedAt: number;
  readonly input: string;
  /** The regions whose queue it reached. */
  readonly seenBy: Set<Region>;
  readonly runs: Run[];
}

const VISIBILITY_TIMEOUT = MINUTE;
const MAX_RECEIVES = 5;
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
    publications.forEach((one, i) => (
      world.at(one.at, () => this.publish(one, `key-${seed}-${i}`), Math.max(one.detour, one.detourAtHome) + 4 * MINUTE)
    ));
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

  private publish(publication: Publication, name: string): void {
    const origin = this.world.region(publication.origin);
    // nobody publishes in a region that is down
    if (origin.dead || origin.frozen > 0) return;
    const published = Math.floor((this.world.time + origin.clockOffset + publication.shift) / SECOND) * SECOND;
    const input = JSON.stringify({ name, region: origin.name, time: published });
    const story: Story = { name, publication, publishedAt: this.world.time, input, seenBy: new Set(), runs: [] };
    this.stories.push(story);
    for (const region of this.world.regions) {
      for (let copy = 0; copy < (publication.twice ? 2 : 1); copy++) {
        const delay = this.world.chance.between(100, 2 * SECOND) + (copy > 0 ? this.world.chance.between(0, 3 * MINUTE) : 0);
        if (region === origin) this.world.later(origin, delay + publication.detourAtHome, () => this.enqueue(region, story, published));
        else this.world.send(origin, region, delay + publication.detour, () => this.enqueue(region, story, published));
      }
    }
  }

  private enqueue(region: Region, story: Story, published: number): void {
    story.seenBy.add(region);
    const sentAt = this.world.time + region.clockOffset;
    let receives = 0;
    const deliver = (): void => {
      if (++receives > MAX_RECEIVES) {
        // somebody moves it back from the dead-letter queue, as a new message
        this.world.later(region, this.world.chance.between(0, 10 * MINUTE), () => this.enqueue(region, story, published));
        return;
      }
      let done = false;
      this.world.later(region, VISIBILITY_TIMEOUT, () => !done && deliver());
      this.world.wake();
      const effects = this.starterOf(region, this.world.time);
      const arrival = {
        name: story.name,
        origin: this.world.region(story.publication.origin).name,
        input: story.input,
        publishedAt: this.decisions.publishedAt(published, sentAt, effects.now()),
      };
      handleArrival(arrival, effects, this.configOf(region), this.decisions).then(() => { done = true; }, () => undefined);
    };
    this.world.later(region, story.publication.backlog[this.world.regions.indexOf(region)] + this.world.chance.between(0, SECOND), deliver);
  }

  private configOf(region: Region): TakeoverConfig {
    const { regions, scenario: { takeoverAfter } } = this.world;
    return { region: region.name, regions: regions.map(({ name }) => name), takeoverAfter, timing: LEDGER_TIMING };
  }

  private starterOf(region: Region, decidedAt: number): StarterEffects {
    const effects: StarterEffects = {
      now: () => this.world.time + region.clockOffset,
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
    this.world.wake();
    const mayDie = !late && this.world.time - region.lastHeartbeat < ONE_MISSED;
    const step = <T>(writes: boolean, effect: () => T) => this.step(region, writes, effect, mayDie);
    const decidedAt = new Map<string, number>();
    let left = this.world.scenario.sweepLimit;
    const effects: SweeperEffects = {
      now: () => this.world.time + region.clockOffset,
      hasTime: () => left > 0,
      heartbeats: () => step(false, () => region.heartbeats.values()),
      sendHeartbeat: heartbeat => step(false, () => {
        region.lastHeartbeat = this.world.time;
        this.world.replicate(region, (replica, version) => replica.heartbeats.apply(heartbeat.region, heartbeat, version));
      }),
      evacuated: () => step(false, () => new Set(region.marks.values().filter(({ marked }) => marked).map(({ region: marked }) => marked))),
      stepFunctionsAnswers: () => step(false, () => region.stepFunctionsOut === 0),
      async *due(before) {
        const due = await step(false, () => region.openEntries().filter(({ dueAt }) => dueAt! <= before).sort((a, b) => a.dueAt! - b.dueAt!));
        for (const { name } of due) {
          left--;
          yield [name];
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
    void sweep(this.variant.sweeper?.({ ...effects, inputOf }) ?? effects, this.configOf(region), this.decisions)
      .then(({ takeovers }) => { this.takeovers += takeovers; });
  }

  private hear(region: Region, run: Run, endedAt: number): void {
    if (this.world.chance.happens(this.world.scenario.unheard / 100)) return;
    this.world.later(region, this.world.chance.between(0, 3 * SECOND), () => {
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
    if (trip && !trip.before) {
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
    if (region.stepFunctionsOut > 0) throw new Error('Step Functions does not answer');
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

  private find(region: Region, name: string): takeover.Execution | undefined {
    if (region.stepFunctionsOut > 0) throw new Error('Step Functions does not answer');
    const run = region.runs.get(name);
    if (run === undefined) return undefined;
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
