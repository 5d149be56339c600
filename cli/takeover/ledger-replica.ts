import { ConditionalCheckFailedException, DynamoDBClient, paginateQuery, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { AskedWorkflow } from './asked-workflow';
import { EntryUpdate } from './entry-update';
import { OPERATOR_READS } from '../../src/replicated-workflow/ledger-access';
import { LedgerEntry } from '../../src/replicated-workflow/ledger-entry';
import { entryKey, heartbeatKey, LEDGER } from '../../src/replicated-workflow/ledger-schema';
import { RegionAccess } from '../operate/region-access';

/** A region's entry as an operator may read it: without the event. */
export interface KnownEntry extends Partial<Omit<LedgerEntry, 'name' | 'region' | 'cycle'>> {
  /** The region whose entry it is. */
  readonly region: string;
  /** Indicates whether it keeps the event, so that the region may still start the execution. */
  readonly keepsEvent: boolean;
}

/** One region's replica of a ledger, with the permissions that `grantTakeoverControl` gives. */
export class LedgerReplica {
  constructor(private readonly access: RegionAccess, private readonly workflow: AskedWorkflow) {}

  /** Reads all regions' entries for an execution. */
  public async entries(execution: string): Promise<KnownEntry[]> {
    const items = await this.query(entryKey(this.workflow.name, execution));
    return items.map(({ status, origin, publishedAt, startedAt, dueAt, forced, forbidden, ...item }) => ({
      region: item[LEDGER.SORT_KEY],
      status,
      origin,
      publishedAt,
      startedAt,
      dueAt,
      forced,
      forbidden,
      keepsEvent: item[LEDGER.INDEX_PARTITION_KEY] !== undefined,
    }));
  }

  /** Reads when each region has sent its last heartbeat. */
  public async heartbeats(): Promise<ReadonlyMap<string, number>> {
    const items = await this.query(heartbeatKey(this.workflow.name));
    return new Map(items.map(({ [LEDGER.SORT_KEY]: region, beatAt }) => [region, beatAt]));
  }

  /** Writes to the region's own entry, and to no other one. Returns whether it was as the update expects it. */
  public async update(execution: string, { set, remove, condition, values }: EntryUpdate): Promise<boolean> {
    const sets = Object.keys(set).map(name => `${name} = :${name}`);
    const all = { ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])), ...values };
    try {
      await (await this.dynamodb()).send(new UpdateItemCommand({
        TableName: this.workflow.ledger,
        Key: marshall({ [LEDGER.PARTITION_KEY]: entryKey(this.workflow.name, execution), [LEDGER.SORT_KEY]: this.access.region }),
        UpdateExpression: [...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []), ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : [])].join(' '),
        ConditionExpression: condition,
        ...Object.keys(all).length > 0 && { ExpressionAttributeValues: marshall(all) },
        ReturnValues: 'NONE',
      }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  private async query(key: string): Promise<Record<string, any>[]> {
    const names = Object.fromEntries(OPERATOR_READS.map(name => [`#${name}`, name]));
    const found: Record<string, any>[] = [];
    // events count for the size of a page though they are not asked for
    for await (const { Items = [] } of paginateQuery({ client: await this.dynamodb() }, {
      TableName: this.workflow.ledger,
      KeyConditionExpression: `#${LEDGER.PARTITION_KEY} = :key`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':key': { S: key } },
      ProjectionExpression: Object.keys(names).join(', '),
      Select: 'SPECIFIC_ATTRIBUTES',
      ConsistentRead: true,
    })) found.push(...Items.map(item => unmarshall(item)));
    return found;
  }

  private async dynamodb(): Promise<DynamoDBClient> {
    return this.access.client(DynamoDBClient);
  }
}
