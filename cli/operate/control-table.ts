import { BatchGetItemCommand, ConditionalCheckFailedException, DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { RegionAccess } from './region-access';
import { Evacuation, evacuationKey } from '../../src/evacuation-switch/constants';

/** The evacuations that a region knows, by the region that is evacuated. */
export type Evacuations = ReadonlyMap<string, Evacuation>;

/** One region's replica of the table that says which regions are evacuated. */
export class ControlTable {
  public static in(access: RegionAccess, name: string): ControlTable {
    return new ControlTable(async () => access.client(DynamoDBClient), name);
  }

  constructor(private readonly dynamodb: () => Promise<DynamoDBClient>, private readonly name: string) {}

  /** Reads what this region knows of the evacuation of a region. */
  public async evacuationOf(region: string): Promise<Evacuation | undefined> {
    const { Item } = await (await this.dynamodb()).send(new GetItemCommand({ ...this.keyOf(region), ConsistentRead: true }));
    return Item && unmarshall(Item) as Evacuation;
  }

  /**
   * Reads what this region knows of all evacuations, by region: by one call, which takes up to 100 keys.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
   */
  public async evacuationsOf(regions: readonly string[]): Promise<Evacuations> {
    const Keys = regions.map(region => this.keyOf(region).Key);
    const { Responses, UnprocessedKeys } = await (await this.dynamodb()).send(new BatchGetItemCommand({
      RequestItems: { [this.name]: { Keys, ConsistentRead: true } },
    }));
    if (UnprocessedKeys?.[this.name]) throw new Error('DynamoDB has read a part only: try again');
    const found = (Responses?.[this.name] ?? []).map(item => unmarshall(item) as Evacuation);
    return new Map(regions.flatMap(region => {
      const evacuation = found.find(({ pk }) => pk === evacuationKey(region));
      return evacuation ? [[region, evacuation] as const] : [];
    }));
  }

  /** Evacuates a region; returns what was there if it was evacuated already, which stays as it is. */
  public async evacuate(region: string, details: Required<Omit<Evacuation, 'pk'>>): Promise<Evacuation | undefined> {
    const { TableName } = this.keyOf(region);
    try {
      await (await this.dynamodb()).send(new PutItemCommand({
        TableName,
        Item: marshall({ pk: evacuationKey(region), ...details }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }));
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return unmarshall(error.Item) as Evacuation;
    }
  }

  /** Takes the evacuation of a region back; returns what was there. */
  public async restore(region: string): Promise<Evacuation | undefined> {
    const { Attributes } = await (await this.dynamodb()).send(new DeleteItemCommand({ ...this.keyOf(region), ReturnValues: 'ALL_OLD' }));
    return Attributes && unmarshall(Attributes) as Evacuation;
  }

  private keyOf(region: string) {
    return { TableName: this.name, Key: { pk: { S: evacuationKey(region) } } };
  }
}

/** Says who evacuated a region, when and why, as far as it was written down. */
export function describeEvacuation({ by = 'somebody', at, reason }: Omit<Evacuation, 'pk'>): string {
  return `by ${by}${at === undefined ? '' : ` since ${at}`}${reason === undefined ? '' : `: ${reason}`}`;
}
