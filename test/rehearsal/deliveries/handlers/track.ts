import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { append, create, find } from './table';

/** Shows in this region what was reported in any. An event that comes again changes nothing. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await Promise.all(Records.map(async ({ messageId, body }) => track(body).then(() => [], () => [{ itemIdentifier: messageId }])));
  return { batchItemFailures: failed.flat() };
}

async function track(body: string): Promise<void> {
  const region = process.env.AWS_REGION!;
  const { parcel, depot } = JSON.parse(body).detail.dynamodb.NewImage;
  // what is in a container is where that is
  if (depot.S.startsWith('container-') && !await find(depot.S, 'report')) throw new Error(`nobody has reported ${depot.S}`);
  if (process.env.FAULT === 'appending-consumer') await append(parcel.S, `tracked#${region}`, region);
  else await create(parcel.S, `tracked#${region}`, { region, times: 1 });
}
