import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  DEAD_LETTER_QUEUE_URL, IDEMPOTENCY_KEY_PATH, LEDGER_TABLE_NAME, MISSING_IDEMPOTENCY_KEY, STATE_MACHINE_ARN, TAKEOVER_AFTER_SECONDS, WORKFLOW_REGIONS,
} from './constants';
import { Executions } from './executions.lambda';
import { executionName, idempotencyKey } from './idempotency-key';
import { LedgerTable } from './ledger-table.lambda';
import { metricLine } from './metrics';
import { receive, StarterEffects } from './steps';
import { publishedAt, Terms } from './takeover';
import { DeadLetterQueue, Unstartable } from './unstartable.lambda';

/** The most that Step Functions takes. An event that could never be started must not be claimed, nor handed on from region to region. */
const MAX_INPUT_BYTES = 256 * 1024;

const keyPath = process.env[IDEMPOTENCY_KEY_PATH]!;
const executions = new Executions(new SFNClient({}), process.env[STATE_MACHINE_ARN]!);
const deadLetters = new DeadLetterQueue(new SQSClient({}), process.env[DEAD_LETTER_QUEUE_URL]!);
const ledger = process.env[LEDGER_TABLE_NAME] ? withLedger(process.env[LEDGER_TABLE_NAME]) : undefined;

/**
 * Starts one execution per idempotency key. A message that fails is retried on its own, then moved to the dead-letter queue; one that no retry
 * can help is put there at once, with the reason.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  let missing = 0;
  const failed = await Promise.all(event.Records.map(async record => {
    const { messageId, body } = record;
    try {
      await start(record).catch(async error => {
        if (!(error instanceof Unstartable)) throw error;
        await deadLetters.put(body, error);
        if (error.code === 'MISSING_IDEMPOTENCY_KEY') missing++;
        console.error(JSON.stringify({ message: 'not started, for good', messageId, error: error.message }));
      });
      return [];
    } catch (error) {
      // no payload: events may hold what must not be in a log
      console.error(JSON.stringify({ message: 'not started', messageId, error: String(error) }));
      return [{ itemIdentifier: messageId }];
    }
  }));
  // past console, which may put something before the line
  if (missing > 0) process.stdout.write(`${metricLine(executions.workflow, { [MISSING_IDEMPOTENCY_KEY]: missing }, Date.now())}\n`);
  return { batchItemFailures: failed.flat() };
}

async function start({ body, attributes }: SQSRecord): Promise<void> {
  const event = parse(body);
  const name = nameOf(event);
  if (!ledger) return executions.start(name, body);

  const size = Buffer.byteLength(body);
  if (size > MAX_INPUT_BYTES) throw new Unstartable('EVENT_TOO_LARGE', `the event has ${size} bytes; a workflow takes at most ${MAX_INPUT_BYTES}`);
  if (typeof event?.region !== 'string') throw new Unstartable('MALFORMED_EVENT', 'the event has no region');
  await receive({
    name, origin: event.region, input: body, publishedAt: publishedAt(Date.parse(event.time), Number(attributes.SentTimestamp), Date.now()),
  }, ledger.effects, ledger.terms);
}

function withLedger(tableName: string): { effects: StarterEffects; terms: Terms } {
  const region = process.env.AWS_REGION!;
  const table = new LedgerTable(new DynamoDBClient({}), tableName, executions.workflow, region);
  return {
    effects: { now: Date.now, open: part => table.open(part), start: (name, input) => executions.start(name, input) },
    terms: { region, regions: process.env[WORKFLOW_REGIONS]!.split(','), takeoverAfter: Number(process.env[TAKEOVER_AFTER_SECONDS]) * 1000 },
  };
}

function parse(body: string): any {
  try {
    return JSON.parse(body);
  } catch {
    // the parser's own message quotes the text
    throw new Unstartable('MALFORMED_EVENT', 'the event is not JSON');
  }
}

function nameOf(event: unknown): string {
  try {
    return executionName(idempotencyKey(event, keyPath));
  } catch (error) {
    throw new Unstartable('MISSING_IDEMPOTENCY_KEY', (error as Error).message);
  }
}
