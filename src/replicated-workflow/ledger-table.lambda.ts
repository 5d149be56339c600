import {
  AttributeValue, ConditionalCheckFailedException, DynamoDBClient, PutItemCommand, QueryCommand, QueryCommandInput, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  Beat, beatKey, Change, effectOf, FinalStatus, LEDGER, nameOfPart, NewPart, OpenPart, openIn, Part, partKey, RETENTION, shardOf, SHARDS, StartedWith,
} from './ledger';

type Item = Record<string, AttributeValue>;

const { PARTITION_KEY, SORT_KEY, TTL, INDEX, INDEX_PARTITION_KEY, INDEX_SORT_KEY } = LEDGER;

/** What is read of a part: all but the event, of which another region has a copy of its own. */
const ATTRIBUTES = [PARTITION_KEY, SORT_KEY, 'status', 'origin', 'publishedAt', 'startedAt', 'dueAt', 'forced', 'forbidden'];

/** How many parts of each shard are looked at side by side. */
const PAGE = 5;

/** This region's replica of the ledger. It writes the region's own items only. */
export class LedgerTable {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly workflow: string,
    private readonly region: string,
  ) {}

  /** Writes the region's part unless there is one, and answers with the one that was there. */
  public async open({ name, ...part }: NewPart): Promise<Part | undefined> {
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: marshall({
          ...part, [PARTITION_KEY]: partKey(this.workflow, name), openIn: openIn(this.workflow, this.region, shardOf(name)), [TTL]: expiry(),
        }, { removeUndefinedValues: true }),
        ConditionExpression: `attribute_not_exists(${PARTITION_KEY})`,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }));
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
      return this.partOf(error.Item);
    }
  }

  /** Changes the region's part unless it has changed since it was read, and answers with what to start it with if it was changed. */
  public async change(seen: OpenPart, change: Change): Promise<StartedWith | undefined> {
    const conditions = ['#status = :seenStatus', '#dueAt = :seenDueAt', ...(change.kind === 'CLAIM' ? ['NOT #forbidden = :true'] : [])];
    const attributes = await this.update(seen.name, change, conditions, {
      seenStatus: seen.status, seenDueAt: seen.dueAt, ...(change.kind === 'CLAIM' && { true: true }),
    }, change.kind === 'CLAIM' ? ['status', 'dueAt', 'forbidden'] : ['status', 'dueAt']);
    return attributes && { input: attributes.input?.S ?? '', traceHeader: attributes.traceHeader?.S };
  }

  /** Writes how an execution ended. One that has no part was not started by an event; one that was redriven may end again. */
  public async end(name: string, status: FinalStatus, endedAt: number): Promise<void> {
    const conditions = [`attribute_exists(${PARTITION_KEY})`, '(attribute_not_exists(#endedAt) OR #endedAt <= :endedAt)'];
    await this.update(name, { kind: 'END', status, endedAt }, conditions, {}, []);
  }

  public async beats(): Promise<Beat[]> {
    const beats: Beat[] = [];
    for await (const items of this.query({ ...this.ofKey(beatKey(this.workflow)), ConsistentRead: true })) {
      beats.push(...items.map(item => unmarshall(item)).map(({ [SORT_KEY]: region, beatAt, upSince }) => ({ region, beatAt, upSince })));
    }
    return beats;
  }

  /** Says that the region is alive. A run that was held up does not undo what a later one has said. */
  public async beat(beat: Beat): Promise<void> {
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: marshall({ ...beat, [PARTITION_KEY]: beatKey(this.workflow) }),
        ConditionExpression: 'attribute_not_exists(beatAt) OR beatAt < :beatAt',
        ExpressionAttributeValues: marshall({ ':beatAt': beat.beatAt }),
      }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** All regions' parts under a name. */
  public async parts(name: string): Promise<Part[]> {
    const names = Object.fromEntries(ATTRIBUTES.map(attribute => [`#${attribute}`, attribute]));
    const parts: Part[] = [];
    // The events count for the size of a page though they are not asked for
    for await (const items of this.query({
      ...this.ofKey(partKey(this.workflow, name)),
      ConsistentRead: true,
      ProjectionExpression: Object.keys(names).join(', '),
      ExpressionAttributeNames: names,
    })) {
      parts.push(...items.map(item => this.partOf(item)));
    }
    return parts;
  }

  /** The names of the region's open parts that are due before a moment, the oldest of each shard first. */
  public async *due(before: number): AsyncGenerator<string[]> {
    let shards = Array.from({ length: SHARDS }, (_, shard) => this.query({
      TableName: this.tableName,
      IndexName: INDEX,
      KeyConditionExpression: `${INDEX_PARTITION_KEY} = :openIn AND ${INDEX_SORT_KEY} <= :before`,
      ExpressionAttributeValues: marshall({
        ':openIn': openIn(this.workflow, this.region, shard), ':before': Number.isFinite(before) ? before : Number.MAX_SAFE_INTEGER,
      }),
      Limit: PAGE,
    }));
    while (shards.length > 0) {
      const pages = await Promise.all(shards.map(shard => shard.next()));
      shards = shards.filter((_, i) => !pages[i].done);
      const items = pages.flatMap(page => (page.done ? [] : page.value));
      if (items.length > 0) yield items.map(item => nameOfPart(this.workflow, item[PARTITION_KEY].S!));
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

  /** Answers with all attributes of the region's part after the change, or with none if a condition does not hold. */
  private async update(name: string, change: Change, conditions: string[], values: object, seen: string[]): Promise<Item | undefined> {
    const { set, remove } = effectOf(change);
    const changes: Record<string, unknown> = { ...set, [TTL]: expiry() };
    const mentioned = [...new Set([...Object.keys(changes), ...remove, ...seen])];
    try {
      const { Attributes } = await this.client.send(new UpdateItemCommand({
        TableName: this.tableName,
        Key: { [PARTITION_KEY]: { S: partKey(this.workflow, name) }, [SORT_KEY]: { S: this.region } },
        UpdateExpression: `SET ${Object.keys(changes).map(attribute => `#${attribute} = :${attribute}`).join(', ')}`
          + (remove.length > 0 ? ` REMOVE ${remove.map(attribute => `#${attribute}`).join(', ')}` : ''),
        ConditionExpression: conditions.join(' AND '),
        ExpressionAttributeNames: Object.fromEntries(mentioned.map(attribute => [`#${attribute}`, attribute])),
        ExpressionAttributeValues: marshall(Object.fromEntries(Object.entries({ ...changes, ...values }).map(([key, value]) => [`:${key}`, value]))),
        // the event, for who is going to start it
        ReturnValues: change.kind === 'CLAIM' || change.kind === 'TRY_AGAIN' ? 'ALL_NEW' : 'NONE',
      }));
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  private partOf(item: Item): Part {
    const { [PARTITION_KEY]: key, [SORT_KEY]: region, status, origin, publishedAt, startedAt, dueAt, forced, forbidden } = unmarshall(item);
    return { name: nameOfPart(this.workflow, key), region, status, origin, publishedAt, startedAt, dueAt, forced, forbidden };
  }
}

/** In seconds since 1970, as DynamoDB wants it. */
function expiry(): number {
  return Math.floor((Date.now() + RETENTION) / 1000);
}
