import { ConditionalCheckFailedException, DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { RegionAccess } from './region-access';
import { Evacuation, evacuationKey } from '../../src/evacuation-switch/constants';

/** One region's replica of the table that says which regions are evacuated. */
export class ControlTable {
  constructor(private readonly access: RegionAccess, private readonly name: string) {}

  /** Reads what this region knows of the evacuation of a region. */
  public async evacuationOf(region: string): Promise<Evacuation | undefined> {
    const { Item } = await (await this.dynamodb()).send(new GetItemCommand({ ...this.keyOf(region), ConsistentRead: true }));
    return Item && unmarshall(Item) as Evacuation;
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

  private async dynamodb(): Promise<DynamoDBClient> {
    return this.access.client(DynamoDBClient);
  }
}

/** Says who evacuated a region, when and why, as far as it was written down. */
export function describeEvacuation({ by = 'somebody', at, reason }: Omit<Evacuation, 'pk'>): string {
  return `by ${by}${at === undefined ? '' : ` since ${at}`}${reason === undefined ? '' : `: ${reason}`}`;
}
