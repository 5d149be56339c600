import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

const TableName = process.env.TABLE_NAME!;
const table = DynamoDBDocumentClient.from(new DynamoDBClient({
  requestHandler: { connectionTimeout: 700, requestTimeout: 1500, throwOnRequestTimeout: true },
}));

export async function find(order: string, kind: string): Promise<Record<string, unknown> | undefined> {
  return (await table.send(new GetCommand({ TableName, Key: { order, kind }, ConsistentRead: true }))).Item;
}
