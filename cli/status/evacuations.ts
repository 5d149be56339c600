import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { RegionClients } from './region-clients';
import { Evacuation, evacuationKey } from '../../src/evacuation-switch/constants';
import { AskedSystem } from '../operate/asked-system';
import { isMissing } from '../operate/problem';

/** The evacuations that a region's replica of the control table has, by region. */
export type Evacuations = ReadonlyMap<string, Evacuation>;

/**
 * Reads them all by one call, which takes up to 100 keys; nothing if there is no such table.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export async function evacuationsIn({ regions, controlTable }: AskedSystem, clients: RegionClients): Promise<Evacuations | undefined> {
  try {
    const Keys = regions.map(region => ({ pk: { S: evacuationKey(region) } }));
    const dynamodb = await clients.of(DynamoDBClient);
    const { Responses, UnprocessedKeys } = await dynamodb.send(new BatchGetItemCommand({
      RequestItems: { [controlTable]: { Keys, ConsistentRead: true } },
    }));
    if (UnprocessedKeys?.[controlTable]) throw new Error('DynamoDB has read a part only: try again');
    const found = (Responses?.[controlTable] ?? []).map(item => unmarshall(item) as Evacuation);
    return new Map(regions.flatMap(region => {
      const evacuation = found.find(({ pk }) => pk === evacuationKey(region));
      return evacuation ? [[region, evacuation]] : [];
    }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
