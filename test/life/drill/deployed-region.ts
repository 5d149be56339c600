import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ExecutionListItem, paginateListExecutions, paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { DeleteCommand, DynamoDBDocumentClient, paginateScan, PutCommand } from '@aws-sdk/lib-dynamodb';
import { OrderClient } from './order-client';
import { RegionOperator } from './region-operator';
import { CloudAssembly } from '../../../cli/rehearsal/deployment/cloud-assembly';
import { Zone } from '../../../cli/rehearsal/dns/zone';
import { Clock, WALL_CLOCK } from '../../../cli/rehearsal/lag/clock';
import { denialsIn } from '../../../cli/rehearsal/regions/denials';
import { DeployedFunction } from '../../../cli/rehearsal/regions/deployed-function';
import { clientOf, EventFaults, LocalRegion, partition, setEventFaults, setReplicationLag, statusOf } from '../../../cli/rehearsal/regions/local-region';
import { Denials } from '../../../cli/rehearsal/regions/permissions';
import { RolePolicies } from '../../../cli/rehearsal/regions/role-policies';

// The SDK's hint at a newer Node would be printed amid the steps
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

export interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

export interface DeployedRegionProps {
  readonly local: LocalRegion;
  /** The name that always leads to this region. */
  readonly host: string;
  /** The name of the orders table. */
  readonly tableName: string;
  /** The name of the table that evacuations are written to. */
  readonly controlTableName: string;
  /** The name of the workflow's ledger. */
  readonly ledgerName: string;
  /** The name of the bus. */
  readonly eventBusName: string;
  /** The name of the dead-letter queue. */
  readonly deadLettersName: string;
  /** The name of the queue with images that lost to a concurrent write. */
  readonly lostWritesName: string;
  /** The name of the function that answers /health. */
  readonly healthFunctionName: string;
  /** What limits of time are measured by. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A region with the order service in it: its API for customers, and what AWS itself says about it. */
export class DeployedRegion {
  public readonly name: string;
  /** The name that always leads to this region. */
  public readonly host: string;
  /** Where that name leads to, on this machine. */
  public readonly address: string;
  public readonly orders: OrderClient;
  /** Whoever looks after this region. */
  public readonly operator: RegionOperator;
  /** For whoever asks this region's logs. */
  public readonly logs: CloudWatchLogsClient;

  /** When it was last frozen, in milliseconds as of `performance.now()`; without an end if it still is. */
  public frozen?: { readonly since: number; readonly until?: number };

  private readonly lambda: LambdaClient;
  private readonly stepFunctions: SFNClient;
  private readonly tables: DynamoDBDocumentClient;

  constructor(private readonly props: DeployedRegionProps) {
    const { local, host, clock, signal } = props;
    this.name = local.name;
    this.host = host;
    this.address = local.endpoint;
    this.orders = new OrderClient({ address: this.address, host, clock, signal });
    const client = clientOf(local);
    this.lambda = new LambdaClient(client);
    this.logs = new CloudWatchLogsClient(client);
    this.stepFunctions = new SFNClient(client);
    this.operator = new RegionOperator({ ...props, client });
    this.tables = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  }

  /** Everything in this region's replica of the orders table, sorted. */
  public async items(): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of paginateScan({ client: this.tables }, { TableName: this.props.tableName, ConsistentRead: true })) {
      items.push(...(page.Items ?? []) as Item[]);
    }
    const key = (item: Item) => `${item.pk}/${item.sk}`;
    return items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** The state of each execution by its name, as this region has noted it for itself in the ledger. */
  public async noted(): Promise<Map<string, string>> {
    const noted = new Map<string, string>();
    for await (const page of paginateScan({ client: this.tables }, { TableName: this.props.ledgerName, ConsistentRead: true })) {
      (page.Items ?? []).filter(({ region, status }) => region === this.name && status)
        .forEach(({ pk, status }) => noted.set((pk as string).split('#')[1], status as string));
    }
    return noted;
  }

  /** All executions of all workflows that ever ran in this region. */
  public async executions(): Promise<ExecutionListItem[]> {
    const executions: ExecutionListItem[] = [];
    for await (const machines of paginateListStateMachines({ client: this.stepFunctions }, {})) {
      for (const { stateMachineArn } of machines.stateMachines ?? []) {
        for await (const page of paginateListExecutions({ client: this.stepFunctions }, { stateMachineArn })) {
          executions.push(...page.executions ?? []);
        }
      }
    }
    return executions;
  }

  /** The lines that a function of the app has logged here that hold some text. */
  public async logged(functionName: string, text: string): Promise<string[]> {
    const { LoggingConfig } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    const lines: string[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client: this.logs }, { logGroupName: LoggingConfig!.LogGroup, filterPattern: `"${text}"` })) {
      lines.push(...events.map(({ message }) => message!));
    }
    return lines;
  }

  /** Does in this region what takes another one out of service: one write to a table. */
  public async evacuate(region: string): Promise<void> {
    await this.tables.send(new PutCommand({ TableName: this.props.controlTableName, Item: evacuationOf(region) }));
  }

  /** The same by a command, without any AWS tool: a local region does not ask for signatures. */
  public evacuationCommand(region: string): string {
    const Item = Object.fromEntries(Object.entries(evacuationOf(region)).map(([name, S]) => [name, { S }]));
    const request = JSON.stringify({ TableName: this.props.controlTableName, Item });
    return `curl ${this.address} -H 'X-Amz-Target: DynamoDB_20120810.PutItem' -H 'Content-Type: application/x-amz-json-1.0' -d '${request}'`;
  }

  /** Takes that back. */
  public async readmit(region: string): Promise<void> {
    await this.tables.send(new DeleteCommand({ TableName: this.props.controlTableName, Key: { pk: evacuationOf(region).pk } }));
  }

  /** Writes a customer's contact, as another application of the same company would. */
  public async setContact(customerId: string, email: string): Promise<void> {
    await this.tables.send(new PutCommand({ TableName: this.props.tableName, Item: { pk: `customer#${customerId}`, sk: 'contact', email } }));
  }

  /** Cuts this region off from others; without any, joins it with all again. */
  public async partition(peers: string[]): Promise<void> {
    await partition(this.props.local, peers);
  }

  /** Makes EventBridge fail here from now on; without faults, it works again. */
  public async failEvents(faults: EventFaults = {}): Promise<void> {
    await setEventFaults(this.props.local, faults);
  }

  /** How many rows and events the others have taken from here, and how many are on their way. */
  public async sending(): Promise<{ sent: number; queued: number }> {
    const { peers } = await statusOf(this.props.local);
    const total = (what: 'sent' | 'queued') => Object.values(peers).reduce((sum, peer) => sum + peer[what], 0);
    return { sent: total('sent'), queued: total('queued') };
  }

  /** How long rows and events take from here to the others, from now on. */
  public async setReplicationLag(seconds: number): Promise<void> {
    await setReplicationLag(this.props.local, seconds);
  }

  /** Stops every process of this region where it is: connections are taken, and nothing is answered. */
  public freeze(): void {
    this.frozen = { since: performance.now() };
    this.props.local.process.signal('SIGSTOP');
  }

  public thaw(): void {
    this.props.local.process.signal('SIGCONT');
    if (this.frozen && this.frozen.until === undefined) this.frozen = { ...this.frozen, until: performance.now() };
  }

  public get healthFunctionName(): string {
    return this.props.healthFunctionName;
  }

  /** The function that answers /health. */
  public async healthFunction(): Promise<DeployedFunction> {
    return DeployedFunction.read(this.lambda, this.healthFunctionName, 'live');
  }

  /** Takes an action on the orders table away from the role of a function. Returns what gives it back. */
  public async denyTable(functionName: string, action: string): Promise<() => Promise<void>> {
    const { Role } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    const [roleName, policyName, policies] = [Role!.split('/').at(-1)!, 'TakenAway', new RolePolicies(this.props.local)];
    await policies.deny(roleName, policyName, [action], `arn:aws:dynamodb:${this.name}:000000000000:table/${this.props.tableName}`);
    return async () => policies.delete(roleName, policyName);
  }

  /** What IAM has denied here until now. */
  public async denials(): Promise<Denials> {
    return denialsIn([this.props.local]);
  }
}

/** The order service in these local regions, found by what the templates say. */
export function findDeployedRegions(
  assembly: CloudAssembly, locals: LocalRegion[], zone: Zone, signal: AbortSignal, clock = WALL_CLOCK,
): DeployedRegion[] {
  const literal = (type: string, id: string, property: string) => assembly.literal(`AWS::${type}`, id, property);
  return locals.map(local => new DeployedRegion({
    local,
    host: zone.regionalName(local.name),
    tableName: literal('DynamoDB::GlobalTable', 'OrdersTable', 'TableName'),
    controlTableName: literal('DynamoDB::GlobalTable', 'ControlTable', 'TableName'),
    ledgerName: literal('DynamoDB::GlobalTable', 'FulfilmentLedgerTable', 'TableName'),
    eventBusName: literal('Events::EventBus', 'Bus', 'Name'),
    deadLettersName: literal('SQS::Queue', 'DeadLettersUndeliveredQueue', 'QueueName'),
    lostWritesName: literal('SQS::Queue', 'LostWritesQueue', 'QueueName'),
    healthFunctionName: literal('Lambda::Function', 'ApiHealthFunction', 'FunctionName'),
    clock,
    signal,
  }));
}

/** As the runbook has it: who, when and why is for people, and the key decides. */
function evacuationOf(region: string) {
  return { pk: `evacuation#${region}`, by: 'the rehearsal', at: new Date().toISOString(), reason: 'a drill' };
}
