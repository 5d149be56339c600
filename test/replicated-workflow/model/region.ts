import { Impairment } from './scenario';
import { Heartbeat, LedgerEntry } from '../../../src/replicated-workflow/ledger-entry';

export type StoredEntry = LedgerEntry & { readonly input?: string };

interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

/** A replica of a table. The last write wins, whatever comes first. */
class Replica<T> {
  private readonly items = new Map<string, Versioned<T>>();

  public apply(key: string, value: T, version: number): boolean {
    if ((this.items.get(key)?.version ?? -1) >= version) return false;
    this.items.set(key, { value, version });
    return true;
  }

  public get(key: string): T | undefined {
    return this.items.get(key)?.value;
  }

  public values(): T[] {
    return [...this.items.values()].map(({ value }) => value);
  }
}

/** A started execution. */
export interface Run {
  readonly name: string;
  readonly region: string;
  readonly input: string;
  /** When the region decided to start it. */
  readonly decidedAt: number;
  readonly startedAt: number;
  endedAt?: number;
}

/** What there is in one region. */
export class Region {
  public readonly entries = new Replica<StoredEntry>();
  public readonly heartbeats = new Replica<Heartbeat>();
  public readonly marks = new Replica<{ readonly region: string; readonly marked: boolean }>();
  public readonly runs = new Map<string, Run>();
  /** What is to happen here once the region is no longer frozen. */
  public readonly parked: (() => void)[] = [];
  /** When it could not do its work, or not be reached. */
  private readonly outages: { readonly from: number; readonly to: number }[] = [];
  private readonly impairments = new Map<Impairment, number>();
  public frozen = 0;
  public thaws = 0;
  public stepFunctionsOut = 0;
  public steps = 0;
  public lastHeartbeat = 0;
  public diedAt = Infinity;

  constructor(public readonly name: string, public readonly clockOffset: number) {}

  public get dead(): boolean {
    return this.diedAt < Infinity;
  }

  /** Whether it is there for good, with all that it needs. */
  public get survives(): boolean {
    return !this.dead && this.stepFunctionsOut === 0 && !this.is('BUSY') && !this.is('THROTTLED');
  }

  public is(impairment: Impairment): boolean {
    return (this.impairments.get(impairment) ?? 0) > 0;
  }

  public impair(impairment: Impairment, by: number): void {
    this.impairments.set(impairment, (this.impairments.get(impairment) ?? 0) + by);
  }

  public entriesOf(name: string): StoredEntry[] {
    return this.entries.values().filter(entry => entry.name === name);
  }

  public openEntries(): StoredEntry[] {
    return this.entries.values().filter(entry => entry.region === this.name && entry.dueAt !== undefined);
  }

  public out(from: number, length: number): void {
    this.outages.push({ from, to: from + length });
  }

  public isOutBetween(from: number, to: number): boolean {
    return this.outages.some(outage => outage.from <= to && outage.to > from);
  }
}
