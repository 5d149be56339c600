import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ArrivedEvent, arrivedEvent } from './arrived-event.lambda';
import {
  CORRELATION_ID_PATH, DEAD_LETTER_QUEUE_URL, IDEMPOTENCY_KEY_PATH, LEDGER_TABLE_NAME, METRIC_DIMENSION, MISSING_IDEMPOTENCY_KEY, STATE_MACHINE_ARN,
} from './constants';
import { correlationId } from './correlation-id';
import { Executions } from './executions.lambda';
import { executionName, idempotencyKey } from './idempotency-key';
import { LedgerEntry, NewEntry } from './ledger-entry';
import { LedgerTable } from './ledger-table.lambda';
import { handleArrival, StarterEffects } from './protocol';
import { publishedAt } from './takeover';
import { TakeoverConfig, takeoverConfigOf } from './takeover-config';
import { traceHeader } from './trace-header';
import { DeadLetterQueue, Unstartable } from './unstartable.lambda';
import { log, writeLine } from '../system/log';
import { metricLine } from '../system/metric-line';

/** The most that Step Functions takes. An event that could never be started must not be claimed, nor handed on from region to region. */
const MAX_INPUT_BYTES = 256 * 1024;

const keyPath = process.env[IDEMPOTENCY_KEY_PATH]!;
const correlationIdPath = process.env[CORRELATION_ID_PATH];
const executions = new Executions(new SFNClient({}), process.env[STATE_MACHINE_ARN]!, correlationIdPath);
const deadLetters = new DeadLetterQueue(new SQSClient({}), process.env[DEAD_LETTER_QUEUE_URL]!);
const ledger = process.env[LEDGER_TABLE_NAME] ? withLedger(process.env[LEDGER_TABLE_NAME]) : undefined;

/**
 * Starts one execution per idempotency key. A message that fails is retried on its own, then moved to the dead-letter queue; one that no retry
 * can help is put there at once, with the reason.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  let missing = 0;
  const failed = await Promise.all(event.Records.map(async ({ messageId, body, attributes }) => {
    let arrived: ArrivedEvent | undefined;
    const context = () => ({ message_id: messageId, correlation_id: arrived && correlationId(arrived.input, correlationIdPath) });
    const begin = async () => start(arrived = arrivedEvent(body, executions.account), attributes);
    try {
      await begin().catch(async error => {
        if (!(error instanceof Unstartable)) throw error;
        await deadLetters.put(body, error);
        if (error.code === 'MISSING_IDEMPOTENCY_KEY') missing++;
        log.error('not started, for good', { ...context(), code: error.code, error });
      });
      return [];
    } catch (error) {
      log.error('not started', { ...context(), error });
      return [{ itemIdentifier: messageId }];
    }
  }));
  if (missing > 0) writeLine(metricLine({ [METRIC_DIMENSION]: executions.workflow }, { [MISSING_IDEMPOTENCY_KEY]: missing }, Date.now()));
  return { batchItemFailures: failed.flat() };
}

async function start({ event, input, isCopy }: ArrivedEvent, attributes: SQSRecord['attributes']): Promise<void> {
  const name = nameOf(event);
  if (isCopy) {
    log.info('a copy of an old item starts nothing', { execution: name, correlation_id: correlationId(input, correlationIdPath) });
    return;
  }
  const trace = traceHeader(attributes.AWSTraceHeader);
  if (!ledger) return executions.start(name, input, trace);

  const size = Buffer.byteLength(input);
  if (size > MAX_INPUT_BYTES) throw new Unstartable('EVENT_TOO_LARGE', `the event has ${size} bytes; a workflow takes at most ${MAX_INPUT_BYTES}`);
  if (typeof event?.region !== 'string') throw new Unstartable('MALFORMED_EVENT', 'the event has no region');
  await handleArrival({
    name,
    origin: event.region,
    input,
    traceHeader: trace,
    publishedAt: publishedAt(Date.parse(event.time), Number(attributes.SentTimestamp), Date.now()),
  }, ledger.effects, ledger.config);
}

function withLedger(tableName: string): { effects: StarterEffects; config: TakeoverConfig } {
  const config = takeoverConfigOf(process.env);
  const table = new LedgerTable(new DynamoDBClient({}), tableName, executions.workflow, config.region);
  return {
    effects: { now: Date.now, open: entry => open(table, entry), start: (name, input, trace) => executions.start(name, input, trace) },
    config,
  };
}

async function open(table: LedgerTable, entry: NewEntry): Promise<LedgerEntry | undefined> {
  const found = await table.open(entry);
  if (found === undefined && entry.status === 'WITNESSED') {
    const { name, origin, input } = entry;
    log.info('left to the region of origin', { execution: name, origin, correlation_id: correlationId(input, correlationIdPath) });
  }
  return found;
}

function nameOf(event: unknown): string {
  try {
    return executionName(idempotencyKey(event, keyPath));
  } catch (error) {
    throw new Unstartable('MISSING_IDEMPOTENCY_KEY', (error as Error).message);
  }
}
