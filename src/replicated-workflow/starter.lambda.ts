import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { IDEMPOTENCY_KEY_PATH, STATE_MACHINE_ARN } from './constants';
import { executionName, idempotencyKey } from './idempotency-key';

const stateMachineArn = process.env[STATE_MACHINE_ARN]!;
const keyPath = process.env[IDEMPOTENCY_KEY_PATH]!;
const stepFunctions = new SFNClient({});

/** Starts one execution per idempotency key. A message that fails is retried on its own, then moved to the dead-letter queue. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await Promise.all(event.Records.map(async record => {
    try {
      await start(record);
      return [];
    } catch (error) {
      // no payload: events may hold what must not be in a log
      console.error(JSON.stringify({ message: 'not started', messageId: record.messageId, error: String(error) }));
      return [{ itemIdentifier: record.messageId }];
    }
  }));
  return { batchItemFailures: failed.flat() };
}

async function start(record: SQSRecord): Promise<void> {
  const name = executionName(idempotencyKey(JSON.parse(record.body), keyPath));
  try {
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: record.body }));
  } catch (error) {
    // started before, by this message or by a duplicate of its event: nothing is left to do
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
