import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { find } from './table';

/** GET /parcels/{parcel}: what was reported, and where the courier goes next. */
export async function handler({ pathParameters }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const { parcel = '' } = pathParameters ?? {};
  const [report, dispatch] = await Promise.all(['report', 'dispatch'].map(async kind => find(parcel, kind)));
  return report ? { statusCode: 200, body: JSON.stringify({ parcel, depot: report.depot, next: dispatch?.next }) } : { statusCode: 404, body: '{}' };
}
