import {
  AttributeValue, ConditionalCheckFailedException, DynamoDBClient, PutItemCommand, QueryCommand, QueryCommandInput, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { effectOf, EntryChange, ExecutionInput, FinalStatus, Heartbeat, LedgerEntry, NewEntry, OpenEntry } from './ledger-entry';
import { entryKey, heartbeatKey, LEDGER, nameOfEntry, openIn, shardOf } from './ledger-schema';
import { RETENTION } from './ledger-timing';

type Item = Record<string, AttributeValue>;

const { PARTITION_KEY, SORT_KEY, TTL, INDEX, INDEX_PARTITION_KEY, INDEX_SORT_KEY } = LEDGER;

/** The attributes of an entry that are read: all but the event, of which another region has a copy of its own. */
const ATTRIBUTES = [PARTITION_KEY, SORT_KEY, 'status', 'origin', 'publishedAt', 'startedAt', 'cycle', 'dueAt', 'forced', 'forbidden'];

/** The number of entries that are looked at side by side. */
const SIDE_BY_SIDE = 40;

/** A condition of a write, with the attributes and values that it names. */
interface Condition {
  readonly expression: string;
  readonly attributes: readonly string[];
  readonly values?: Readonly<Record<string, unknown>>;
}

/** An order of an operator about an event that the region has not seen makes an item without a status, which is no entry. */
const entryIsMissing = 'attribute_not_exists(#status)';
const heartbeatIsOlder = 'attribute_not_exists(beatAt) OR beatAt < :beatAt';
const entryExists: Condition = { expression: `attribute_exists(${PARTITION_KEY})`, attributes: [] };
/** An execution that was redriven may end again, and the events about its ends may arrive in the wrong order. */
const noLaterEndIsKnown: Condition = { expression: '(attribute_not_exists(#endedAt) OR #endedAt <= :endedAt)', attributes: ['endedAt'] };
const takeoverIsNotForbidden: Condition = { expression: 'NOT #forbidden = :true', attributes: ['forbidden'], values: { true: true } };
const isUnchanged = ({ status, dueAt }: OpenEntry): Condition => ({
  expression: '#status = :seenStatus AND #dueAt = :seenDueAt', attributes: ['status', 'dueAt'], values: { seenStatus: status, seenDueAt: dueAt },
});

/** This region's replica of the ledger. It writes the region's own items only. */
export class LedgerTable {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly workflow: string,
    private readonly region: string,
  ) {}

  /** Writes the region's entry unless there is one, and returns the one that was there. */
  public async open({ name, ...entry }: NewEntry): Promise<LedgerEntry | undefined> {
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: marshall({
          ...entry, [PARTITION_KEY]: entryKey(this.workflow, name), openIn: openIn(this.workflow, this.region, shardOf(name)), [TTL]: expiry(),
        }, { removeUndefinedValues: true }),
        ConditionExpression: entryIsMissing,
        ExpressionAttributeNames: { '#status': 'status' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }));
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
      return this.entryOf(error.Item);
    }
  }

  /** Changes the region's entry unless it has changed since it was read, and returns what to start it with if it was changed. */
  public async change(seen: OpenEntry, change: EntryChange): Promise<ExecutionInput | undefined> {
    const conditions = [isUnchanged(seen), ...(change.kind === 'CLAIM' ? [takeoverIsNotForbidden] : [])];
    const attributes = await this.update(seen.name, change, conditions);
    return attributes && { input: attributes.input?.S ?? '', traceHeader: attributes.traceHeader?.S };
  }

  /** Writes how an execution ended. An execution without an entry was not started by an event. */
  public async end(name: string, status: FinalStatus, endedAt: number): Promise<void> {
    await this.update(name, { kind: 'END', status, endedAt }, [entryExists, noLaterEndIsKnown]);
  }

  /** Returns the last heartbeat of each region. */
  public async heartbeats(): Promise<Heartbeat[]> {
    const heartbeats: Heartbeat[] = [];
    for await (const items of this.query({ ...this.ofKey(heartbeatKey(this.workflow)), ConsistentRead: true })) {
      heartbeats.push(...items.map(item => unmarshall(item)).map(({ [SORT_KEY]: region, beatAt, upSince }) => ({ region, beatAt, upSince })));
    }
    return heartbeats;
  }

  /** Writes that the region is alive. A run that was held up does not undo the heartbeat of a later one. */
  public async sendHeartbeat(heartbeat: Heartbeat): Promise<void> {
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: marshall({ ...heartbeat, [PARTITION_KEY]: heartbeatKey(this.workflow) }),
        ConditionExpression: heartbeatIsOlder,
        ExpressionAttributeValues: marshall({ ':beatAt': heartbeat.beatAt }),
      }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Returns all regions' entries of a name. */
  public async entries(name: string): Promise<LedgerEntry[]> {
    const names = Object.fromEntries(ATTRIBUTES.map(attribute => [`#${attribute}`, attribute]));
    const entries: LedgerEntry[] = [];
    // The events count for the size of a page though they are not asked for
    for await (const items of this.query({
      ...this.ofKey(entryKey(this.workflow, name)),
      ConsistentRead: true,
      ProjectionExpression: Object.keys(names).join(', '),
      ExpressionAttributeNames: names,
    })) {
      entries.push(...items.filter(item => item.status !== undefined).map(item => this.entryOf(item)));
    }
    return entries;
  }

  /** Returns the names of the region's open entries in some shards that are due before a moment, the oldest of each shard first. */
  public async *due(before: number, of: readonly number[]): AsyncGenerator<string[]> {
    let shards = of.map(shard => this.query({
      TableName: this.tableName,
      IndexName: INDEX,
      KeyConditionExpression: `${INDEX_PARTITION_KEY} = :openIn AND ${INDEX_SORT_KEY} <= :before`,
      ExpressionAttributeValues: marshall({
        ':openIn': openIn(this.workflow, this.region, shard), ':before': Number.isFinite(before) ? before : Number.MAX_SAFE_INTEGER,
      }),
      Limit: Math.ceil(SIDE_BY_SIDE / of.length),
    }));
    while (shards.length > 0) {
      const pages = await Promise.all(shards.map(shard => shard.next()));
      shards = shards.filter((_, i) => !pages[i].done);
      const items = pages.flatMap(page => (page.done ? [] : page.value));
      if (items.length > 0) yield items.map(item => nameOfEntry(this.workflow, item[PARTITION_KEY].S!));
    }
  }

  private async *query(input: QueryCommandInput): AsyncGenerator<Item[], void> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const { Items, LastEvaluatedKey } = await this.client.send(new QueryCommand({ ...input, ExclusiveStartKey }));
      ExclusiveStartKey = LastEvaluatedKey;
      yield Items ?? [];
    } while (ExclusiveStartKey);
  }

  private ofKey(key: string): Pick<QueryCommandInput, 'TableName' | 'KeyConditionExpression' | 'ExpressionAttributeValues'> {
    return {
      TableName: this.tableName,
      KeyConditionExpression: `${PARTITION_KEY} = :key`,
      ExpressionAttributeValues: { ':key': { S: key } },
    };
  }

  /** Changes the region's entry; returns the attributes of one that is about to be started, or undefined if a condition does not hold. */
  private async update(name: string, change: EntryChange, conditions: readonly Condition[]): Promise<Item | undefined> {
    const { set, remove } = effectOf(change);
    const changes: Record<string, unknown> = { ...set, [TTL]: expiry() };
    const mentioned = [...new Set([...Object.keys(changes), ...remove, ...conditions.flatMap(({ attributes }) => attributes)])];
    const values = Object.assign({}, changes, ...conditions.map(condition => condition.values));
    try {
      const { Attributes } = await this.client.send(new UpdateItemCommand({
        TableName: this.tableName,
        Key: { [PARTITION_KEY]: { S: entryKey(this.workflow, name) }, [SORT_KEY]: { S: this.region } },
        UpdateExpression: `SET ${Object.keys(changes).map(attribute => `#${attribute} = :${attribute}`).join(', ')}`
          + (remove.length > 0 ? ` REMOVE ${remove.map(attribute => `#${attribute}`).join(', ')}` : ''),
        ConditionExpression: conditions.map(({ expression }) => expression).join(' AND '),
        ExpressionAttributeNames: Object.fromEntries(mentioned.map(attribute => [`#${attribute}`, attribute])),
        ExpressionAttributeValues: marshall(Object.fromEntries(Object.entries(values).map(([key, value]) => [`:${key}`, value]))),
        // the event, for who is going to start it
        ReturnValues: change.kind === 'CLAIM' || change.kind === 'TRY_AGAIN' ? 'ALL_NEW' : 'NONE',
      }));
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  private entryOf(item: Item): LedgerEntry {
    const { [PARTITION_KEY]: key, [SORT_KEY]: region, status, origin, publishedAt, startedAt, cycle, dueAt, forced, forbidden } = unmarshall(item);
    return { name: nameOfEntry(this.workflow, key), region, status, origin, publishedAt, startedAt, cycle, dueAt, forced, forbidden };
  }
}

/** Returns the expiry in seconds since 1970, as DynamoDB wants it. */
function expiry(): number {
  return Math.floor((Date.now() + RETENTION) / 1000);
}
