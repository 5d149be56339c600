import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ExecutionListItem, paginateListExecutions, paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { OrderClient } from './order-client';
import { Zone } from '../../../cli/rehearsal/dns/zone';
import { clientOf, LocalRegion, statusOf } from '../../../cli/rehearsal/regions/local-region';
import { CloudAssembly } from '../../../cli/system/cloud-assembly';

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
  /** The name of the workflow's ledger. */
  readonly ledgerName: string;
  /** The name of the dead-letter queue. */
  readonly deadLettersName: string;
  readonly signal: AbortSignal;
}

/**
 * A region with the order service in it, or a part of it: its API for customers, and what AWS itself says about it. Unlike a `RunningRegion`, it may be one whose deployment has failed half way.
 */
export class DeployedRegion {
  public readonly name: string;
  /** Where the name that always leads to this region leads to, on this machine. */
  public readonly address: string;
  public readonly orders: OrderClient;

  private readonly stepFunctions: SFNClient;
  private readonly tables: DynamoDBDocumentClient;
  private readonly sqs: SQSClient;

  constructor(private readonly props: DeployedRegionProps) {
    const { local, host, signal } = props;
    this.name = local.name;
    this.address = local.endpoint;
    this.orders = new OrderClient({ address: this.address, host, signal });
    const client = clientOf(local);
    this.stepFunctions = new SFNClient(client);
    this.tables = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    this.sqs = new SQSClient(client);
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

  /** What the dead-letter queue holds: at most 10 messages of it, which stay there. */
  public async deadLetters(): Promise<Message[]> {
    const { QueueUrl } = await this.sqs.send(new GetQueueUrlCommand({ QueueName: this.props.deadLettersName }));
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }));
    return Messages;
  }

  /** How many rows and events are on their way to the others. */
  public async queued(): Promise<number> {
    const { peers } = await statusOf(this.props.local);
    return Object.values(peers).reduce((sum, { queued }) => sum + queued, 0);
  }
}

/** The order service in these local regions, found by what the templates say. */
export function findDeployedRegions(assembly: CloudAssembly, locals: LocalRegion[], zone: Zone, signal: AbortSignal): DeployedRegion[] {
  const literal = (type: string, id: string, property: string) => assembly.literal(`AWS::${type}`, id, property);
  return locals.map(local => new DeployedRegion({
    local,
    host: zone.regionalName(local.name),
    tableName: literal('DynamoDB::GlobalTable', 'OrdersTable', 'TableName'),
    ledgerName: literal('DynamoDB::GlobalTable', 'FulfilmentLedgerTable', 'TableName'),
    deadLettersName: literal('SQS::Queue', 'DeadLettersUndeliveredQueue', 'QueueName'),
    signal,
  }));
}
