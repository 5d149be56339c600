import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const TableName = process.env.TABLE_NAME!;
const table = DynamoDBDocumentClient.from(new DynamoDBClient({
  requestHandler: { connectionTimeout: 700, requestTimeout: 1500, throwOnRequestTimeout: true },
}));

/** Stores what was not there; what was there stays. */
export async function create(parcel: string, kind: string, item: object): Promise<void> {
  try {
    await table.send(new PutCommand({ TableName, Item: { ...item, parcel, kind }, ConditionExpression: 'attribute_not_exists(parcel)' }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Counts another time. */
export async function append(parcel: string, kind: string, region: string): Promise<void> {
  await table.send(new UpdateCommand({
    TableName,
    Key: { parcel, kind },
    UpdateExpression: 'SET times = if_not_exists(times, :none) + :one, #region = :region',
    ExpressionAttributeNames: { '#region': 'region' },
    ExpressionAttributeValues: { ':none': 0, ':one': 1, ':region': region },
  }));
}

export async function find(parcel: string, kind: string): Promise<Record<string, unknown> | undefined> {
  return (await table.send(new GetCommand({ TableName, Key: { parcel, kind }, ConsistentRead: true }))).Item;
}
