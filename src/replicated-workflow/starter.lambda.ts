import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ArrivedEvent, arrivedEvent } from './arrived-event.lambda';
import {
  CORRELATION_ID_PATH, DEAD_LETTER_QUEUE_URL, EVENT_QUEUE_URL, IDEMPOTENCY_KEY_PATH, LEDGER_TABLE_NAME, METRIC_DIMENSION, MISSING_IDEMPOTENCY_KEY,
  OLDEST_RETRIED_SECONDS, STATE_MACHINE_ARN,
} from './constants';
import { correlationId } from './correlation-id';
import { DeadLetterQueue } from './dead-letter-queue.lambda';
import { Executions } from './executions.lambda';
import { executionName, idempotencyKey } from './idempotency-key.lambda';
import { LedgerEntry, NewEntry } from './ledger-entry';
import { LedgerTable } from './ledger-table.lambda';
import { handleArrival } from './protocol';
import { Unstartable } from './start-errors';
import { isDeferred, sentAt, StartQueue } from './start-queue.lambda';
import { publishedAt } from './takeover';
import { TakeoverConfig, takeoverConfigOf } from './takeover-config';
import { traceHeader } from './trace-header';
import { boundedClient, CallLimits } from '../system/bounded-client.lambda';
import { log, writeLine } from '../system/log';
import { metricLine } from '../system/metric-line';

/** The most that Step Functions takes. An event that could never be started must not be claimed, nor handed on from region to region. */
const MAX_INPUT_BYTES = 256 * 1024;

/** A message takes up to three calls, one after the other, and the function ends after 10 seconds. */
const LIMITS: CallLimits = { attempts: 3, attemptMillis: 2_000, callMillis: 2_800 };

const keyPath = process.env[IDEMPOTENCY_KEY_PATH]!;
const correlationIdPath = process.env[CORRELATION_ID_PATH];
const executions = new Executions(boundedClient(SFNClient, LIMITS), process.env[STATE_MACHINE_ARN]!, correlationIdPath);
const sqs = boundedClient(SQSClient, LIMITS);
const deadLetters = new DeadLetterQueue(sqs, process.env[DEAD_LETTER_QUEUE_URL]!);
const queue = new StartQueue(sqs, process.env[EVENT_QUEUE_URL]!);
const ledger = process.env[LEDGER_TABLE_NAME] ? withLedger(process.env[LEDGER_TABLE_NAME]) : undefined;

/**
 * Starts one execution per idempotency key. A message that fails is retried on its own, for hours, then moved to the dead-letter queue; one that no retry
 * can help is put there at once, with the reason. The age of what is retried is a metric, because SQS leaves messages out of its own that were received three times.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  let missing = 0;
  let oldest = 0;
  const failed = await Promise.all(event.Records.map(async record => {
    const { messageId, body } = record;
    let arrived: ArrivedEvent | undefined;
    const context = () => ({ message_id: messageId, correlation_id: arrived && correlationId(arrived.input, correlationIdPath) });
    const begin = async () => start(arrived = arrivedEvent(body, executions.account), record);
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
      oldest = Math.max(oldest, secondsSince(sentAt(record)));
      return [{ itemIdentifier: messageId }];
    }
  }));
  if (missing > 0) writeLine(metricLine({ [METRIC_DIMENSION]: executions.workflow }, { [MISSING_IDEMPOTENCY_KEY]: missing }, Date.now()));
  if (oldest > 0) writeLine(metricLine({ [METRIC_DIMENSION]: executions.workflow }, { [OLDEST_RETRIED_SECONDS]: oldest }, Date.now()));
  return { batchItemFailures: failed.flat() };
}

function secondsSince(timestamp: number): number {
  const seconds = Math.round((Date.now() - timestamp) / 1000);
  return seconds > 0 ? seconds : 0;
}

async function start({ event, input, isCopy }: ArrivedEvent, record: SQSRecord): Promise<void> {
  const name = nameOf(event, input);
  if (isCopy) {
    log.info('a copy of an old item starts nothing', { execution: name, correlation_id: correlationId(input, correlationIdPath) });
    return;
  }
  const trace = traceHeader(record.attributes.AWSTraceHeader);
  const size = Buffer.byteLength(input);
  if (size > MAX_INPUT_BYTES) throw new Unstartable('EVENT_TOO_LARGE', `the event has ${size} bytes; a workflow takes at most ${MAX_INPUT_BYTES}`);
  if (!ledger) return executions.start(name, input, trace);

  if (typeof event?.region !== 'string') throw new Unstartable('MALFORMED_EVENT', 'the event has no region');
  const { table, config } = ledger;
  await handleArrival({
    name,
    origin: event.region,
    input,
    traceHeader: trace,
    publishedAt: publishedAt(Date.parse(event.time), sentAt(record), Date.now()),
    deferred: isDeferred(record),
  }, {
    now: Date.now,
    defer: async delay => {
      await queue.defer(record, delay);
      log.info('left to the region of origin', { execution: name, origin: event.region, correlation_id: correlationId(input, correlationIdPath) });
    },
    entries: of => table.entries(of),
    open: entry => open(table, entry),
    start: (of, text, header) => executions.start(of, text, header),
  }, config);
}

function withLedger(tableName: string): { table: LedgerTable; config: TakeoverConfig } {
  const config = takeoverConfigOf(process.env);
  return { table: new LedgerTable(boundedClient(DynamoDBClient, LIMITS), tableName, executions.workflow, config.region), config };
}

async function open(table: LedgerTable, entry: NewEntry): Promise<LedgerEntry | undefined> {
  const found = await table.open(entry);
  if (found === undefined && entry.status === 'WITNESSED') {
    const { name, origin, input } = entry;
    log.info('kept for a takeover', { execution: name, origin, correlation_id: correlationId(input, correlationIdPath) });
  }
  return found;
}

function nameOf(event: unknown, text: string): string {
  try {
    return executionName(idempotencyKey(event, keyPath, text));
  } catch (error) {
    throw new Unstartable('MISSING_IDEMPOTENCY_KEY', (error as Error).message);
  }
}
