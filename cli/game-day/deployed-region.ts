import { DynamoDBClient, ScanCommand, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, ListExecutionsCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Evacuations } from './evacuations';
import { RegionAccess } from '../operate/region-access';
import { deadLetterQueuesIn } from '../redrive/dead-letter-queues';
import { DrillRegion } from '../rehearsal/drills/drill-region';
import { HttpAnswer, send } from '../rehearsal/regions/http-request';
import { AwsAccess, Execution, Item } from '../rehearsal/workload/workload';
import { SystemDescription } from '../system/system-description';

/** More items than these are not read: tables of that size cost too much, and are no system to try things on. */
export const MOST_ITEMS = 10_000;
const TIMEOUT_MS = 30_000;

export interface DeployedRegionProps {
  readonly access: RegionAccess;
  readonly system: SystemDescription;
  /** The name of the API that always leads to this region. */
  readonly host: string;
  /** The endpoint of a local region; nothing on AWS. */
  readonly endpoint?: string;
  /** The ARN of whoever calls, which has the partition and the account. */
  readonly caller: string;
  readonly credentials: AwsAccess['credentials'];
  readonly evacuations: Evacuations;
  /** The time at which the run began, as of the wall clock. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

/** A region with a deployed system in it, as its customers and its operators see it. Nothing in it is stopped or broken by this class. */
export class DeployedRegion implements DrillRegion {
  public readonly isStopped = false;
  public readonly name: string;

  constructor(private readonly props: DeployedRegionProps) {
    this.name = props.access.region;
  }

  public get address(): string {
    return this.props.endpoint ?? `https://${this.host}`;
  }

  public get host(): string {
    return this.props.host;
  }

  public get aws(): AwsAccess {
    const { endpoint, credentials } = this.props;
    return { region: this.name, ...endpoint === undefined ? {} : { endpoint }, credentials };
  }

  public async request(method: string, path: string): Promise<HttpAnswer> {
    const { address, host, props: { signal } } = this;
    return send({ address, host, method, path, connectTimeoutMs: TIMEOUT_MS, answerTimeoutMs: TIMEOUT_MS, signal });
  }

  /** Returns everything in this region's replica of a table. Throws if that is too much. */
  public async items(table: string): Promise<Item[]> {
    const client = await this.props.access.client(DynamoDBClient);
    const items: Item[] = [];
    let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
    do {
      const page: ScanCommandOutput = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey }));
      items.push(...(page.Items ?? []).map(item => unmarshall(item)));
      if (items.length > MOST_ITEMS) throw new Error(`it has more than ${MOST_ITEMS} items`);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  /**
   * Returns the executions that began during the run, the latest of each workflow first. Those of express workflows cannot be listed.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
   */
  public async executions(): Promise<Execution[]> {
    const standard = this.props.system.workflows.filter(({ isExpress }) => !isExpress);
    return (await Promise.all(standard.map(async ({ name }) => this.executionsOf(name)))).flat();
  }

  public async waitingMessages(): Promise<number> {
    const { queues, workflows } = this.props.system;
    const names = new Set([...queues.map(({ name }) => name), ...workflows.flatMap(({ trigger }) => trigger?.queue ?? [])]);
    return (await Promise.all([...names].map(async name => this.messagesIn(name)))).reduce((sum, count) => sum + count, 0);
  }

  /** Returns a line for each message: what customers sent stays where it is. */
  public async deadLetters(): Promise<{ Body: string }[]> {
    const queues = deadLetterQueuesIn(this.name, this.props.system);
    const counts = await Promise.all(queues.map(async ({ queue }) => ({ queue, count: await this.messagesIn(queue) })));
    return counts.flatMap(({ queue, count }) => Array.from({ length: count }, () => ({ Body: `a message in ${queue}` })));
  }

  public async evacuate(region: string): Promise<void> {
    await this.props.evacuations.begin(region, this.name);
  }

  public async readmit(region: string): Promise<void> {
    await this.props.evacuations.end(region);
  }

  private async executionsOf(workflow: string): Promise<Execution[]> {
    const { access, caller, startedAt } = this.props;
    const client = await access.client(SFNClient);
    const [, partition, , , accountId] = caller.split(':');
    const stateMachineArn = `arn:${partition}:states:${this.name}:${accountId}:stateMachine:${workflow}`;
    const found: Execution[] = [];
    let nextToken: string | undefined;
    do {
      const page: ListExecutionsCommandOutput = await client.send(new ListExecutionsCommand({ stateMachineArn, nextToken }));
      const recent = (page.executions ?? []).filter(({ startDate }) => startDate!.getTime() >= startedAt);
      const since = (date: Date) => date.getTime() - startedAt;
      found.push(...recent.map(({ name, status, startDate, stopDate }) => ({
        workflow, region: this.name, name: name!, status: status!, startedAt: since(startDate!), ...stopDate && { stoppedAt: since(stopDate) },
      })));
      nextToken = recent.length === page.executions?.length ? page.nextToken : undefined;
    } while (nextToken !== undefined);
    return found;
  }

  private async messagesIn(queue: string): Promise<number> {
    const client = await this.props.access.client(SQSClient);
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
    const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({
      QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }));
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }
}
