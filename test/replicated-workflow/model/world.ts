import { Agenda } from './agenda';
import { Chance } from './chance';
import { Region } from './region';
import { Impairment, LONGEST_CATCH_UP, Outage, Scenario, SECOND } from './scenario';

/** What is between two regions: in how many ways it is cut, and what waits for it to heal. */
interface Link {
  cuts: number;
  readonly held: (() => void)[];
}

const LONGEST_LAG = 15 * SECOND;
const CLOCK_OFFSET = 3 * SECOND;

/** An epoch, so that no clock is near zero. */
const START = Date.UTC(2026, 0, 1);

/** Regions, and what passes between them: late, out of order, or not before a failure is over, as the scenario has it. */
export class World {
  public readonly regions: readonly Region[];
  public readonly chance: Chance;
  public time = START;
  /** From when on nothing fails any more. */
  public calmFrom = START;

  private readonly agenda = new Agenda();
  private readonly links = new Map<string, Link>();
  private version = 0;
  private awake = false;

  constructor(public readonly scenario: Scenario) {
    this.chance = new Chance(scenario.seed);
    this.regions = Array.from({ length: scenario.regions }, (_, i) => (
      new Region(`region-${i + 1}`, this.chance.between(-CLOCK_OFFSET, CLOCK_OFFSET))
    ));
    scenario.outages.forEach(outage => this.at(outage.at, () => this.fail(outage), outage.length));
    scenario.marks.forEach(({ region, by, at, length }) => {
      const { name } = this.region(region);
      const operator = this.otherThan(region, by);
      this.at(at, () => this.mark(operator, name, true));
      this.at(at + length, () => this.mark(operator, name, false));
    });
  }

  /** Runs until nothing is left to do, or until time is up after the last failure. */
  public async run(patience: number, isDone: () => boolean): Promise<void> {
    for (let next = this.agenda.take(); next && next.at <= this.calmFrom + patience; next = this.agenda.take()) {
      this.time = next.at;
      next.action();
      if (!this.awake) continue;
      this.awake = false;
      // until all handlers wait for something that is on the agenda
      await new Promise(setImmediate);
      if (this.time > this.calmFrom && isDone()) return;
    }
  }

  /** To be called before a handler begins or goes on, since it does so on its own. */
  public wake(): void {
    this.awake = true;
  }

  public region(index: number): Region {
    return this.regions[index % this.regions.length];
  }

  /** Something that the scenario lets happen, and for how long it matters. */
  public at(at: number, action: () => void, length = 0): void {
    this.agenda.put(START + at, action);
    this.calmFrom = Math.max(this.calmFrom, START + at + (Number.isFinite(length) ? length : 0));
  }

  /** Something that happens in a region, hence not while it is frozen. */
  public later(region: Region, delay: number, action: () => void): void {
    this.agenda.put(this.time + delay, () => this.now(region, action));
  }

  /** Something that goes from region to region. What the first has not sent when it fails, it sends when it returns. */
  public send(from: Region, to: Region, delay: number, action: () => void): void {
    const arrive = (): void => {
      const link = this.link(from, to);
      if (link.cuts > 0) link.held.push(arrive); else this.now(to, action);
    };
    const departure = this.chance.between(0, delay);
    this.agenda.put(this.time + departure, () => this.now(from, () => this.agenda.put(this.time + delay - departure, arrive)));
  }

  /** A write that all regions get to see, by and by. */
  public replicate(from: Region, apply: (region: Region, version: number) => void): void {
    const version = this.version++;
    apply(from, version);
    for (const peer of this.regions) {
      if (peer !== from) this.send(from, peer, this.lag(), () => apply(peer, version));
    }
  }

  public freeze(region: Region, length: number): void {
    region.out(this.time, length);
    if (length === Infinity) {
      region.diedAt = Math.min(region.diedAt, this.time);
      return;
    }
    region.frozen++;
    this.calmFrom = Math.max(this.calmFrom, this.time + length);
    this.agenda.put(this.time + length, () => {
      if (--region.frozen > 0) return;
      region.thaws++;
      for (const action of region.parked.splice(0)) this.later(region, this.catchUp(), action);
    });
  }

  private now(region: Region, action: () => void): void {
    if (region.dead) return;
    if (region.frozen > 0) region.parked.push(action); else action();
  }

  private fail({ kind, region: index, other, length }: Outage): void {
    const region = this.region(index);
    switch (kind) {
      case 'FREEZE': return this.freeze(region, length);
      case 'CUT': return this.cut(region, this.otherThan(index, other), length);
      case 'STEP_FUNCTIONS': return this.stopStepFunctions(region, length);
      case 'BUSY':
      case 'THROTTLED':
      case 'CONTROL_TABLE': return this.impair(region, kind, length);
    }
  }

  private cut(a: Region, b: Region, length: number): void {
    const link = this.link(a, b);
    link.cuts++;
    [a, b].forEach(region => region.out(this.time, length));
    if (length === Infinity) return;
    this.agenda.put(this.time + length, () => {
      if (--link.cuts > 0) return;
      link.held.splice(0).forEach(action => this.agenda.put(this.time + this.catchUp(), action));
    });
  }

  private stopStepFunctions(region: Region, length: number): void {
    region.stepFunctionsOut++;
    region.out(this.time, length);
    if (Number.isFinite(length)) this.agenda.put(this.time + length, () => region.stepFunctionsOut--);
  }

  /** Such a region has not failed: the promise holds as if nothing had happened. */
  private impair(region: Region, kind: Impairment, length: number): void {
    region.impair(kind, 1);
    if (Number.isFinite(length)) this.agenda.put(this.time + length, () => region.impair(kind, -1));
  }

  private mark(operator: Region, region: string, marked: boolean): void {
    this.now(operator, () => this.replicate(operator, (replica, version) => replica.marks.apply(region, { region, marked }, version)));
  }

  private otherThan(index: number, other: number): Region {
    return this.region(other) === this.region(index) ? this.region(index + 1) : this.region(other);
  }

  private link(a: Region, b: Region): Link {
    const key = [a.name, b.name].sort().join('-');
    const link = this.links.get(key) ?? { cuts: 0, held: [] };
    this.links.set(key, link);
    return link;
  }

  private lag(): number {
    return Math.floor(200 + this.chance.draw() ** 2 * (LONGEST_LAG - 200));
  }

  private catchUp(): number {
    return this.chance.between(0, this.scenario.calm ? LONGEST_LAG : LONGEST_CATCH_UP);
  }
}
