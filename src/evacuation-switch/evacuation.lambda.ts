import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import {
  CONTROL_TABLE_DIMENSION, CONTROL_TABLE_NAME, EVACUATED, EVACUATED_REGION_DIMENSION, evacuationKey, REGIONS,
} from './constants';
import { boundedClient } from '../system/bounded-client.lambda';
import { writeLine } from '../system/log';
import { metricLine } from '../system/metric-line';

const TableName = process.env[CONTROL_TABLE_NAME]!;
const regions = process.env[REGIONS]!.split(',');
// A health check waits 2 seconds for an answer, and an answer that is late counts as none
const dynamodb = boundedClient(DynamoDBClient, { attempts: 2, attemptMillis: 900, callMillis: 1_500 });

/**
 * Answers GET /evacuation/{region}: 200 takes the region out of service, anything else leaves it in. So an error here, or a region that nobody
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
  if (!Item) {
    return answer(404, { region, evacuated: false });
  }
  // only now, so that it costs nothing while nobody is evacuated
  writeLine(metricLine({ [CONTROL_TABLE_DIMENSION]: TableName, [EVACUATED_REGION_DIMENSION]: region }, { [EVACUATED]: 1 }, Date.now()));
  return answer(200, { region, evacuated: true });
}

function answer(statusCode: number, body: object): APIGatewayProxyResult {
  return { statusCode, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(body) };
}
