import { setTimeout as sleep } from 'timers/promises';
import { eachAtMost } from './each-at-most';
import { describeError, shown, WorkloadMistake } from './mistakes';
import { Random } from './random';
import { Sender, TIMEOUT_MS } from './sender';
import { isServedBy, servedSince } from './service';
import { Route } from './target';
import { Operation, Sent, Workload } from './workload';

/** Operations that a customer begins in a second, unless the workload says otherwise. */
export const RATE = 2;

/** The limits that keep a customer from trying forever, and from burying a machine that is slow already. */
const MOST_TRIES = 6;
const MOST_OPEN = 200;
/** Between two rounds of writes that are owed in the end. */
const ROUND_PAUSE_MS = 500;

export interface CustomerProps {
  /** No other customer has it, in no other run either. */
  readonly name: string;
  /** The region that is nearest. */
  readonly near: string;
  readonly workload: Workload;
  readonly sender: Sender;
  /** Returns the route of the name at this moment. Throws if it leads nowhere. */
  readonly route: () => Route;
  /** Keys of acknowledged writes of all customers, to which this one adds its own. */
  readonly acknowledged: string[];
  readonly random: Random;
  /** Milliseconds before the first operation, so that customers are not in step. */
  readonly delayMs: number;
  /** Called when the generator is of no use, after which nothing is generated any more. */
  readonly broken: (mistake: WorkloadMistake) => void;
  readonly signal: AbortSignal;
}

interface OwnWrite {
  readonly operation: Operation;
  readonly sentTo: Set<string>;
  tries: number;
  underWay: boolean;
  isAcknowledged: boolean;
}

/**
 * Somebody near a region who does what the generator says, by the name of the application. A write that was not acknowledged is sent again once the
 * name leads elsewhere.
 */
export class Customer {
  /** The requests that this customer has sent, in the order in which it did. */
  public readonly sent: Sent[] = [];

  private readonly writes: OwnWrite[] = [];
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private readonly signal: AbortSignal;
  private number = 0;
  private loop?: Promise<void>;

  constructor(private readonly props: CustomerProps) {
    this.signal = AbortSignal.any([this.stopping.signal, props.signal]);
  }

  public get name(): string {
    return this.props.name;
  }

  /** The region that is nearest. */
  public get near(): string {
    return this.props.near;
  }

  /** Throws if the name leads nowhere. */
  public start(): void {
    this.props.route();
    this.loop ??= this.act();
  }

  /** Begins nothing new, and waits until each write is acknowledged or was tried often enough. */
  public async stop(): Promise<void> {
    const { signal } = this.props;
    this.stopping.abort();
    await this.loop;
    await Promise.all(this.underWay);
    for (let round = 0; !signal.aborted && this.owed.length > 0; round++) {
      if (round > 0) await sleep(ROUND_PAUSE_MS, undefined, { signal }).catch(() => {});
      await eachAtMost(this.mostOpen, this.owed, async write => this.write(write));
    }
  }

  /** Returns whether the last few requests went well and were led to where it is wanted, and none is on its way to elsewhere. */
  public isServedBy(wanted: (region: string) => boolean, since: number, count?: number): boolean {
    return isServedBy(this.sent, wanted, since, count);
  }

  /** Returns the moment from which on requests went well and where they should; nothing if they still do not. */
  public servedSince(since: number, wanted?: (region: string) => boolean): number | undefined {
    return servedSince(this.sent, since, wanted);
  }

  /** Each beat may begin an operation and send a write again, and all that is sent within a timeout may be open. */
  private get mostOpen(): number {
    const { rate = RATE, timeoutMs = TIMEOUT_MS } = this.props.workload;
    return Math.min(MOST_OPEN, Math.ceil(2 * rate * timeoutMs / 1000));
  }

  private get owed(): OwnWrite[] {
    return this.writes.filter(({ isAcknowledged, tries, underWay }) => !isAcknowledged && tries < MOST_TRIES && !underWay);
  }

  private async act(): Promise<void> {
    const { signal, props: { delayMs, workload: { rate = RATE } } } = this;
    const beatMs = 1000 / rate;
    const startedAt = performance.now() + delayMs;
    const until = async (beat: number) => sleep(Math.max(0, startedAt + beat * beatMs - performance.now()), undefined, { signal }).catch(() => {});
    await until(0);
    for (let beat = 0; !signal.aborted;) {
      if (this.underWay.size < this.mostOpen) {
        this.begin();
        this.sendOneAgain();
      }
      // Without drift, however long anything takes; beats that are over are left out rather than made up for all at once
      beat = Math.max(beat + 1, Math.floor((performance.now() - startedAt) / beatMs));
      await until(beat);
    }
  }

  private begin(): void {
    const operation = this.generate();
    if (!operation) return;
    this.number++;
    if (operation.action === 'write') {
      const write = { operation, sentTo: new Set<string>(), tries: 0, underWay: false, isAcknowledged: false };
      this.writes.push(write);
      this.follow(this.write(write));
    } else {
      this.follow(this.send(operation, 0));
    }
  }

  private generate(): Operation | undefined {
    const { workload: { generator }, name, near, acknowledged, random, broken } = this.props;
    let operation: Operation | undefined;
    try {
      operation = generator({ customer: name, near, number: this.number, acknowledged, random });
    } catch (error) {
      this.stopping.abort();
      broken(new WorkloadMistake(`the workload's generator threw ${describeError(error)}`));
      return undefined;
    }
    if (operation === undefined || isOperation(operation)) return operation;
    this.stopping.abort();
    broken(new WorkloadMistake(`the workload's generator returned ${shown(operation)}; an operation has a kind, an action ('read' or 'write') and a key`));
    return undefined;
  }

  private sendOneAgain(): void {
    const { owed } = this;
    if (owed.length === 0) return;
    const region = this.whereTo()?.target.name;
    const write = region === undefined ? undefined : owed.find(({ sentTo, tries }) => tries > 0 && !sentTo.has(region));
    if (write) this.follow(this.write(write));
  }

  private async write(write: OwnWrite): Promise<void> {
    write.underWay = true;
    const { region, outcome } = await this.send(write.operation, write.tries++);
    write.sentTo.add(region);
    write.underWay = false;
    if (outcome?.type !== 'ok') return;
    write.isAcknowledged = true;
    this.props.acknowledged.push(write.operation.key);
  }

  private async send(operation: Operation, attempt: number): Promise<Sent> {
    const { sender, name, near } = this.props;
    const sending = { operation, customer: name, near, attempt };
    const route = this.whereTo();
    const begun = (sent: Sent) => { this.sent.push(sent); };
    return route ? sender.send(sending, route, begun) : sender.unsent(sending, begun);
  }

  private whereTo(): Route | undefined {
    try {
      return this.props.route();
    } catch {
      return undefined;
    }
  }

  private follow(work: Promise<unknown>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }
}

function isOperation(value: unknown): value is Operation {
  const { kind, action, key } = Object(value) as Partial<Operation>;
  return typeof kind === 'string' && (action === 'read' || action === 'write') && typeof key === 'string';
}
