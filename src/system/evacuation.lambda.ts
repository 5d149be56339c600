import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CONTROL_TABLE_NAME, evacuationKey, REGIONS } from './evacuation-constants';

const TableName = process.env[CONTROL_TABLE_NAME]!;
const regions = process.env[REGIONS]!.split(',');
// A health check waits 2 seconds for an answer, and an answer that is late counts as none
const dynamodb = new DynamoDBClient({ maxAttempts: 2, requestHandler: { requestTimeout: 800, connectionTimeout: 500 } });

/**
 * GET /evacuation/{region}: 200 takes the region out of service, anything else leaves it in. So an error here, or a region that nobody
 * knows, must never be a 200.
 */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const region = event.pathParameters?.region ?? '';
  if (!regions.includes(region)) {
    return answer(404, { title: 'No such region', status: 404 });
  }
  // Consistent within this region: the probe after an operator's write must see it
  const { Item } = await dynamodb.send(new GetItemCommand({
    TableName, Key: { pk: { S: evacuationKey(region) } }, ConsistentRead: true, ProjectionExpression: 'pk',
  }));
  return Item ? answer(200, { region, evacuated: true }) : answer(404, { region, evacuated: false });
}

function answer(statusCode: number, body: object): APIGatewayProxyResult {
  return { statusCode, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(body) };
}
