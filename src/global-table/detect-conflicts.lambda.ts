import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { fingerprint, Image, isConflict } from './conflict';
import { LOSING_IMAGES_URL, LOST_WRITES, REGION_ATTRIBUTE_NAME, TABLE_NAME, VERSION_ATTRIBUTE_NAME } from './constants';
import { boundedClient, CallLimits } from '../system/bounded-client.lambda';
import { log, writeLine } from '../system/log';
import { metricLine } from '../system/metric-line';

const tableName = process.env[TABLE_NAME]!;
const regionAttribute = process.env[REGION_ATTRIBUTE_NAME]!;
const versionAttribute = process.env[VERSION_ATTRIBUTE_NAME];
const QueueUrl = process.env[LOSING_IMAGES_URL];
const LIMITS: CallLimits = { attempts: 3, attemptMillis: 2_000, callMillis: 4_000 };
const sqs = boundedClient(SQSClient, LIMITS);

/** The time that a record needs at most. A run that Lambda ends would begin anew with records that it has counted. */
const RECORD_MILLIS = LIMITS.callMillis + 1_000;

/**
 * Gets the writes of other regions that replaced one of this region's, and counts those that lost it.
 *
 * One after the other: Lambda delivers again from the first that failed, so none is counted twice.
 */
export async function handler(event: DynamoDBStreamEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<DynamoDBBatchResponse> {
  for (const record of event.Records) {
    try {
      if (QueueUrl && context.getRemainingTimeInMillis() < RECORD_MILLIS) throw new Error('too little time is left');
      await judge(record);
    } catch (error) {
      log.error('not judged', { event_id: record.eventID, error });
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb!.SequenceNumber! }] };
    }
  }
  return { batchItemFailures: [] };
}

async function judge({ eventID, dynamodb }: DynamoDBRecord): Promise<void> {
  const { Keys: keys, OldImage: losingImage, NewImage: winningImage, ApproximateCreationDateTime: replacedAt } = dynamodb as { [field: string]: any };
  if (!isConflict(losingImage as Image, winningImage as Image, versionAttribute)) {
    return;
  }
  const region = process.env.AWS_REGION;
  const winner = winningImage[regionAttribute].S;
  if (QueueUrl) {
    await sqs.send(new SendMessageCommand({
      QueueUrl,
      MessageBody: JSON.stringify({ idempotencyKey: eventID, table: tableName, region, winner, replacedAt, keys, losingImage, winningImage }),
    }));
  }
  writeLine(metricLine({ TableName: tableName }, { [LOST_WRITES]: 1 }, Date.now(), { message: 'a write of this region was lost', region, winner, key: fingerprint(keys) }));
}
