import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { create } from './table';

/** POST /parcels. Reporting a parcel again changes nothing. */
export async function handler({ body }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const { parcel, depot } = JSON.parse(body!);
  if (!isDropped()) await create(parcel, 'report', { depot, region: process.env.AWS_REGION! });
  return { statusCode: 201, body: JSON.stringify({ parcel }) };
}

let writes = 0;

/** The mistake of which a rehearsal must know: one of 50 writes of a process. */
function isDropped(): boolean {
  return process.env.FAULT === 'dropped-writes' && writes++ % 50 === 25;
}
