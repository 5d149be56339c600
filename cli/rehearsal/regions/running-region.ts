import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeReplayCommand, EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { Message } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, paginateScan, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ApiEntrance } from './default-endpoint';
import { denialsIn } from './denials';
import { HttpAnswer, send } from './http-request';
import { clientOf, LocalRegion, partition, ServiceFault, setReplicationLag, setServiceFaults, statusOf, vitalsOf } from './local-region';
import { Denials } from './permissions';
import { RegionFunctions } from './region-functions';
import { DeadLetter, RegionQueues } from './region-queues';
import { SystemDescription } from '../../system/system-description';
import { DrillRegion } from '../drills/drill-region';
import { Clock } from '../lag/clock';
import { Vitals } from '../report/report';
import { AwsAccess, Execution, Item } from '../workload/workload';

// The SDK's hint at a newer Node would be printed amid the steps
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const TIMEOUT_MS = 30_000;

export interface RunningRegionProps {
  /** Returns the local region of the moment; another process after it was killed and started again. */
  readonly local: () => LocalRegion;
  /**
   * The control over its life: kills it with all its processes, and starts it again with the state that it had.
   *
   * @default - it cannot be killed
   */
  readonly life?: RegionLife;
  readonly system: SystemDescription;
  /** The entrance that always leads to the API in this region, if the system has one. */
  readonly entrance?: ApiEntrance;
  /** The clock by which limits of time are measured. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The time at which the run began, as of `performance.now()` and as of the wall clock. */
  readonly startedAt: { readonly performance: number; readonly wall: number };
}

/** The end and the new beginning of a region, at the same address. */
export interface RegionLife {
  readonly kill: () => Promise<void> | void;
  readonly startAgain: () => Promise<unknown>;
}

/** A region with a system in it, as its customers, its operators and AWS itself see it. */
export class RunningRegion implements DrillRegion {
  public readonly name: string;
  /** The entrance that always leads to the API in this region, if the system has one. */
  public readonly entrance?: ApiEntrance;

  /** The time for which it was last stopped, in milliseconds as of `performance.now()`; without an end if it still is. */
  public frozen?: { readonly since: number; readonly until?: number };

  /** The functions of the system here, and what their roles may do. */
  public readonly functions: RegionFunctions;

  private readonly stepFunctions: SFNClient;
  private readonly tables: DynamoDBDocumentClient;
  private readonly queues: RegionQueues;
  private readonly eventBridge: EventBridgeClient;
  private serviceFaults: readonly ServiceFault[] = [];

  constructor(private readonly props: RunningRegionProps) {
    const local = props.local();
    this.name = local.name;
    this.entrance = props.entrance;
    // its address stays the same when it is started again
    const client = clientOf(local);
    this.functions = new RegionFunctions(local, props.system);
    this.stepFunctions = new SFNClient(client);
    this.queues = new RegionQueues(local, props.system);
    this.eventBridge = new EventBridgeClient(client);
    this.tables = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  }

  /** The address at which all its AWS APIs, and the APIs of the system, listen on this machine. */
  public get address(): string {
    return this.props.local().endpoint;
  }

  /** The name that the API is asked for here; a region without an API is asked for nothing. */
  public get host(): string {
    return this.entrance?.host ?? this.name;
  }

  /** The prefix of the API's paths. */
  public get basePath(): string {
    return this.entrance?.basePath ?? '';
  }

  /** The configuration of the workloads' SDK clients: they are hit by faults like anybody else. */
  public get aws(): AwsAccess {
    const { region, endpoint, credentials } = clientOf(this.props.local());
    return { region, endpoint, credentials };
  }

  /** Indicates whether it is frozen, or was killed and not started again. */
  public get isStopped(): boolean {
    return this.frozen !== undefined && this.frozen.until === undefined;
  }

  private get accountId(): string {
    return this.props.local().accountId;
  }

  // --- what customers see ---

  /** Sends a request to the API by the region's own name, and waits for long. */
  public async request(method: string, path: string, body?: string): Promise<HttpAnswer> {
    const { clock, signal } = this.props;
    const { host, basePath } = this.entrance!;
    return send({
      address: this.address, host, method, path: `${basePath}${path}`, body, contentType: 'application/json', connectTimeoutMs: TIMEOUT_MS, answerTimeoutMs: TIMEOUT_MS, clock, signal,
    });
  }

  // --- what AWS says of it ---

  /** Returns everything in this region's replica of a table. */
  public async items(table: string): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of paginateScan({ client: this.tables }, { TableName: table, ConsistentRead: true })) items.push(...page.Items ?? []);
    return items;
  }

  /** Returns all executions of the system's workflows that ever ran here. */
  public async executions(): Promise<Execution[]> {
    const { wall } = this.props.startedAt;
    const since = (date: Date) => date.getTime() - wall;
    const executions: Execution[] = [];
    for (const { name: workflow } of this.props.system.workflows) {
      const stateMachineArn = `arn:aws:states:${this.name}:${this.accountId}:stateMachine:${workflow}`;
      for await (const page of paginateListExecutions({ client: this.stepFunctions }, { stateMachineArn })) {
        executions.push(...(page.executions ?? []).map(({ name, status, startDate, stopDate }) => ({
          workflow, region: this.name, name: name!, status: status!, startedAt: since(startDate!), stoppedAt: stopDate && since(stopDate),
        })));
      }
    }
    return executions;
  }

  /** Returns the vitals that this region reports of itself at this moment. */
  public async vitals(): Promise<Vitals> {
    return vitalsOf(this.props.local());
  }

  /** Returns the number of rows and events that the others have taken from here, and the number on their way. */
  public async sending(): Promise<{ sent: number; queued: number }> {
    const { peers } = await statusOf(this.props.local());
    const total = (what: 'sent' | 'queued') => Object.values(peers).reduce((sum, peer) => sum + peer[what], 0);
    return { sent: total('sent'), queued: total('queued') };
  }

  /** Returns what IAM has denied here until now. */
  public async denials(): Promise<Denials> {
    return denialsIn([this.props.local()]);
  }

  // --- what operators do ---

  /** Returns the messages in a queue: at most 10 of them, which stay there. */
  public async peek(queue: string): Promise<Message[]> {
    return this.queues.peek(queue);
  }

  /** Returns the messages in the dead-letter queues. */
  public async deadLetters(): Promise<DeadLetter[]> {
    return this.queues.deadLetters();
  }

  /** Returns the number of messages that wait in queues that somebody takes them from. */
  public async waitingMessages(): Promise<number> {
    return this.queues.waiting();
  }

  /** Sends all dead letters to where they were meant to go. */
  public async redrive(): Promise<void> {
    return this.queues.redrive();
  }

  /** Begins to replay what an archive has of a time, to all rules of the bus. */
  public async startReplay(name: string, bus: { readonly name: string; readonly archive?: string }, from: Date, to: Date): Promise<void> {
    const arnOf = (what: string) => `arn:aws:events:${this.name}:${this.accountId}:${what}`;
    await this.eventBridge.send(new StartReplayCommand({
      ReplayName: name, EventSourceArn: arnOf(`archive/${bus.archive}`), EventStartTime: from, EventEndTime: to, Destination: { Arn: arnOf(`event-bus/${bus.name}`) },
    }));
  }

  /** Returns the state of a replay. */
  public async replayState(name: string): Promise<string> {
    return (await this.eventBridge.send(new DescribeReplayCommand({ ReplayName: name }))).State!;
  }

  /** Does in this region what takes another one out of service: one write to a table. */
  public async evacuate(region: string): Promise<void> {
    await this.tables.send(new PutCommand({ TableName: this.props.system.controlTable, Item: evacuationOf(region) }));
  }

  /** Takes that back. */
  public async readmit(region: string): Promise<void> {
    await this.tables.send(new DeleteCommand({ TableName: this.props.system.controlTable, Key: { pk: evacuationOf(region).pk } }));
  }

  // --- what goes wrong ---

  /** Cuts this region off from others; without any, joins it with all again. */
  public async partition(peers: readonly string[]): Promise<void> {
    await partition(this.props.local(), [...peers]);
  }

  /** Sets the time that rows and events take from here to the others, from now on. */
  public async setReplicationLag(seconds: number): Promise<void> {
    await setReplicationLag(this.props.local(), seconds);
  }

  /** Makes AWS services fail here from now on, besides what fails already. */
  public async addServiceFaults(faults: readonly ServiceFault[]): Promise<void> {
    await this.setServiceFaults([...this.serviceFaults, ...faults]);
  }

  /** Takes that back, and nothing else. */
  public async removeServiceFaults(faults: readonly ServiceFault[]): Promise<void> {
    await this.setServiceFaults(this.serviceFaults.filter(fault => !faults.includes(fault)));
  }

  /** Stops every process of this region where it is: connections are taken, and nothing is answered. */
  public freeze(): void {
    this.frozen = { since: performance.now() };
    this.props.local().process.signal('SIGSTOP');
  }

  public thaw(): void {
    this.props.local().process.signal('SIGCONT');
    if (this.frozen && this.frozen.until === undefined) this.frozen = { ...this.frozen, until: performance.now() };
  }

  /** Kills every process of this region at once: whatever they had not written is gone. */
  public async kill(): Promise<void> {
    const { kill } = this.life;
    this.frozen = { since: performance.now() };
    await kill();
  }

  /** Starts it again after that, with the state that it had. */
  public async restart(): Promise<void> {
    await this.life.startAgain();
    // a process that is new has no faults
    this.serviceFaults = [];
    if (this.isStopped) this.frozen = { ...this.frozen!, until: performance.now() };
  }

  private get life(): RegionLife {
    const { life } = this.props;
    if (!life) throw new Error(`${this.name} cannot be killed: nobody said how it is started again`);
    return life;
  }

  private async setServiceFaults(faults: readonly ServiceFault[]): Promise<void> {
    // noted first: what is asked for may have happened even if there was no answer
    this.serviceFaults = faults;
    await setServiceFaults(this.props.local(), faults);
  }
}

/** Returns the item of an evacuation, as the runbook has it: who, when and why is for people, and the key decides. */
function evacuationOf(region: string) {
  return { pk: `evacuation#${region}`, by: 'the rehearsal', at: new Date().toISOString(), reason: 'a drill' };
}
