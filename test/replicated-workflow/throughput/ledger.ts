import { createHash } from 'crypto';
import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

type Item = Record<string, any>;
type Input = Record<string, any>;

/** The place of an item in the index. */
interface Place {
  readonly dueAt: number;
  readonly key: string;
}

const before = (a: Place, b: Place): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.key < b.key);

/**
 * A ledger in memory, with the API of DynamoDB as far as the workflow's handlers use it, and executions that Step Functions knows. It is as fast as one process is, so that what is measured is the handlers'
 * own work; conditions hold as on DynamoDB.
 */
export class Ledger {
  public static async start(): Promise<Ledger> {
    const ledger = new Ledger();
    await new Promise<void>(resolve => ledger.server.listen(0, '127.0.0.1', resolve));
    return ledger;
  }

  public readonly counts = new Map<string, number>();
  /** The shards for which helpers were called. */
  public helpers: number[] = [];
  /** The executions that run; of all others, Step Functions says that they succeeded. */
  public readonly running = new Set<string>();
  /** How many executions Step Functions describes a second, and at once, before it refuses; none refused if undefined. */
  public describes?: { readonly rate: number; readonly burst: number };

  private readonly server: Server;
  private readonly items = new Map<string, Item>();
  private readonly index = new Map<string, Place[]>();
  private tokens = 0;
  private refilledAt = 0;

  private constructor() {
    this.server = createServer((request, response) => {
      void text(request).then(body => {
        const operation = String(request.headers['x-amz-target'] ?? 'Invoke').split('.').pop()!;
        const now = Number(request.headers['x-virtual-time'] ?? Date.now());
        this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
        const { status = 200, answer } = this.answer(operation, JSON.parse(body || '{}'), now);
        const type = (answer as { __type?: string }).__type;
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...(type && { 'x-amzn-errortype': type }) });
        response.end(JSON.stringify(answer));
      });
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The entries that a sweeper may still look at. */
  public get open(): number {
    return [...this.index.values()].reduce((sum, places) => sum + places.length, 0);
  }

  /** The entries that are due at a moment. */
  public dueAt(now: number): number {
    return [...this.index.values()].reduce((sum, places) => sum + position(places, { dueAt: now, key: '\uffff' }), 0);
  }

  public put(item: Item): void {
    const key = keyOf(item);
    this.remove(key);
    this.items.set(key, item);
    const place = placeOf(item);
    if (!place) return;
    const places = this.index.get(item.openIn) ?? [];
    this.index.set(item.openIn, places);
    places.splice(position(places, place), 0, place);
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private answer(operation: string, input: Input, now: number): { status?: number; answer: object } {
    switch (operation) {
      case 'Query': return { answer: input.IndexName ? this.due(input) : this.entries(input) };
      case 'PutItem': return this.create(unmarshall(input.Item), input.ConditionExpression);
      case 'UpdateItem': return this.update(input);
      case 'BatchGetItem': return { answer: { Responses: {} } };
      case 'DescribeExecution': return this.describe(input.executionArn.split(':').pop(), now);
      case 'StartExecution': return { answer: { executionArn: 'arn', startDate: 1 } };
      case 'SendMessageBatch': return { answer: { Successful: input.Entries.map(({ Id, MessageBody }: Item) => ({ Id, MessageId: Id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') })), Failed: [] } };
      case 'Invoke':
        this.helpers.push(input.shard);
        return { status: 202, answer: {} };
      default: throw new Error(`the ledger knows no ${operation}`);
    }
  }

  private entries({ ExpressionAttributeValues }: Input): object {
    const [pk] = Object.values(unmarshall(ExpressionAttributeValues));
    const found = REGIONS.map(region => this.items.get(keyOf({ pk, region }))).filter(item => item !== undefined);
    return { Items: found.map(({ input: _, ...item }) => marshall(item, { removeUndefinedValues: true })) };
  }

  private due({ ExpressionAttributeValues, Limit = 1000, ExclusiveStartKey }: Input): object {
    const { ':openIn': openIn, ':before': latest } = unmarshall(ExpressionAttributeValues);
    const places = this.index.get(openIn) ?? [];
    const from = ExclusiveStartKey ? position(places, placeOfKey(ExclusiveStartKey), true) : 0;
    const page = places.slice(from, from + Limit).filter(({ dueAt }) => dueAt <= latest);
    const last = page.length === Limit ? page.at(-1) : undefined;
    const itemOf = ({ key, dueAt }: Place) => marshall({ pk: key.split('|')[0], region: key.split('|')[1], openIn, dueAt });
    return { Items: page.map(itemOf), ...(last && { LastEvaluatedKey: itemOf(last) }) };
  }

  private create(item: Item, condition?: string): { status?: number; answer: object } {
    const there = this.items.get(keyOf(item));
    if (there && condition?.startsWith('attribute_not_exists(#status)')) return failed(there);
    this.put(item);
    return { answer: {} };
  }

  private update(input: Input): { status?: number; answer: object } {
    const { Key, UpdateExpression, ExpressionAttributeNames: names, ExpressionAttributeValues, ReturnValues } = input;
    const key = keyOf(unmarshall(Key));
    const item = this.items.get(key);
    const values = unmarshall(ExpressionAttributeValues);
    if (!item || (values[':seenStatus'] !== undefined && (item.status !== values[':seenStatus'] || item.dueAt !== values[':seenDueAt']))) return failed(item);
    const [, set, remove] = /^SET (.*?)(?: REMOVE (.*))?$/.exec(UpdateExpression)!;
    const changed = { ...item };
    set.split(', ').map(one => one.split(' = ')).forEach(([name, value]) => { changed[names[name]] = values[value]; });
    remove?.split(', ').forEach(name => delete changed[names[name]]);
    this.put(changed);
    return { answer: ReturnValues === 'ALL_NEW' ? { Attributes: marshall(changed, { removeUndefinedValues: true }) } : {} };
  }

  private describe(name: string, now: number): { status?: number; answer: object } {
    if (name === 'beat') return { status: 400, answer: { __type: 'ExecutionDoesNotExist', message: 'Execution Does Not Exist' } };
    if (this.describes) {
      const { rate, burst } = this.describes;
      this.tokens = Math.min(burst, this.refilledAt === 0 ? burst : this.tokens + Math.max(0, now - this.refilledAt) * rate / 1000);
      this.refilledAt = Math.max(now, this.refilledAt);
      if (this.tokens < 1) return { status: 400, answer: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
      this.tokens--;
    }
    return { answer: this.running.has(name) ? { status: 'RUNNING' } : { status: 'SUCCEEDED', stopDate: now / 1000 } };
  }

  private remove(key: string): void {
    const item = this.items.get(key);
    const place = item && placeOf(item);
    const places = item && this.index.get(item.openIn);
    if (!place || !places) return;
    const i = position(places, place);
    if (places[i]?.key === key) places.splice(i, 1);
  }
}

/** The two regions that are measured: one publishes, the other is its peer. */
export const REGIONS = ['us-west-2', 'ap-southeast-2'] as const;

function failed(item?: Item): { status: number; answer: object } {
  return { status: 400, answer: { __type: 'ConditionalCheckFailedException', message: 'The conditional request failed', ...(item && { Item: marshall(item) }) } };
}

function keyOf({ pk, region }: Item): string {
  return `${pk}|${region}`;
}

function placeOf(item: Item): Place | undefined {
  return item.openIn !== undefined && item.dueAt !== undefined ? { dueAt: item.dueAt, key: keyOf(item) } : undefined;
}

function placeOfKey(key: Record<string, AttributeValue>): Place {
  return placeOf(unmarshall(key))!;
}

/** The position of a place in a sorted list, or behind it. */
function position(places: readonly Place[], place: Place, behind = false): number {
  let [from, to] = [0, places.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (before(places[middle], place) || (behind && !before(place, places[middle]))) from = middle + 1; else to = middle;
  }
  return from;
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
