import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ExecutionListItem, paginateListExecutions, paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { LocalRegion } from './local-region';
import { OrderClient } from './order-client';

// The SDK's hint at a newer Node would be printed amid the steps
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

export interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

export interface DeployedRegionProps {
  readonly local: LocalRegion;
  /** The order service's URL as CloudFormation has put it out. */
  readonly apiUrl: string;
  /** The name of the orders table. */
  readonly tableName: string;
  readonly signal: AbortSignal;
}

/** A region with the order service in it: its API for customers, and what AWS itself says about it. */
export class DeployedRegion {
  public readonly name: string;
  /** Where the order service is reached on this machine. */
  public readonly url: string;
  public readonly orders: OrderClient;

  private readonly tableName: string;
  private readonly stepFunctions: SFNClient;
  private readonly table: DynamoDBDocumentClient;

  constructor({ local, apiUrl, tableName, signal }: DeployedRegionProps) {
    this.name = local.name;
    this.url = localUrl(apiUrl, local.endpoint);
    this.orders = new OrderClient(this.url, signal);
    this.tableName = tableName;
    const client = { region: local.name, endpoint: local.endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    this.stepFunctions = new SFNClient(client);
    this.table = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  }

  /** Everything in this region's replica of the orders table, sorted. */
  public async items(): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of paginateScan({ client: this.table }, { TableName: this.tableName, ConsistentRead: true })) {
      items.push(...(page.Items ?? []) as Item[]);
    }
    const key = (item: Item) => `${item.pk}/${item.sk}`;
    return items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
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
}

/** `https://<id>.execute-api.<region>.amazonaws.com/<stage>/` as the local region serves it. */
export function localUrl(apiUrl: string, endpoint: string): string {
  const { hostname, pathname } = new URL(apiUrl);
  const [id] = hostname.split('.');
  return `${endpoint}/restapis/${id}/${pathname.replaceAll('/', '')}/_user_request_`;
}
