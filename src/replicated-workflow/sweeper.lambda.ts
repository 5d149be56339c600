import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Context } from 'aws-lambda';
import {
  CORRELATION_ID_PATH, LEDGER_TABLE_NAME, METRIC_DIMENSION, OLDEST_UNRESOLVED_SECONDS, STATE_MACHINE_ARN, SWEEP_LATENESS_SECONDS, TAKEOVERS,
} from './constants';
import { Executions } from './executions.lambda';
import { SHARDS } from './ledger-schema';
import { LedgerTable } from './ledger-table.lambda';
import { HeartbeatEffects, Knowledge, knowledgeOf, sendHeartbeat, sweep, SweeperEffects, SweepResult } from './protocol';
import { takeoverConfigOf } from './takeover-config';
import { CONTROL_TABLE_NAME, evacuationKey } from '../evacuation-switch/constants';
import { boundedClient, CallLimits } from '../system/bounded-client.lambda';
import { log, writeLine } from '../system/log';
import { metricLine } from '../system/metric-line';

/** The time that a run reserves for the entries that it is at. */
const LAST_PAGE_MILLIS = 15_000;


/** The executions that a region's sweepers describe in a minute: a fraction of the 10 to 15 a second that all functions of an account may, in a region. */
const LOOKS_PER_MINUTE = 240;

const config = takeoverConfigOf(process.env);
/** The time for which a run goes on alone before it calls a helper for each shard. */
const alone = config.timing.heartbeatInterval / 6;
const controlTableName = process.env[CONTROL_TABLE_NAME];
/** An answer that takes longer must not keep the other entries from being looked at. The last page takes five calls, one after the other. */
const LIMITS: CallLimits = { attempts: 2, attemptMillis: 2_000, callMillis: 2_800 };
const dynamodb = boundedClient(DynamoDBClient, LIMITS);
const lambda = boundedClient(LambdaClient, LIMITS);
const looker = boundedClient(SFNClient, { ...LIMITS, attempts: 1 });
const executions = new Executions(boundedClient(SFNClient, LIMITS), process.env[STATE_MACHINE_ARN]!, process.env[CORRELATION_ID_PATH], looker);
const table = new LedgerTable(dynamodb, process.env[LEDGER_TABLE_NAME]!, executions.workflow, config.region);

/** The event of a helper. That of the schedule is empty. */
interface Help {
  readonly shard: number;
}

/**
 * Runs every minute: sends the region's heartbeat, and sees to it that every event that the region has seen is brought to an end. A run that is not done soon calls helpers, one for each shard of the
 * region's open entries; the heartbeat waits for none of that.
 */
export async function handler(event: Partial<Help>, context: Context): Promise<void> {
  const begun = Date.now();
  const { shard } = event;
  // reading it may take its time, and fail
  const evacuations = evacuated();
  const known = shard === undefined ? await sendHeartbeat(heartbeatEffects, config) : knowledgeOf(await table.heartbeats(), begun, config);
  const all = Array.from({ length: SHARDS }, (_, i) => i);
  const result = shard === undefined
    ? await look(known, evacuations, all, () => Date.now() - begun < alone)
    : await look(known, evacuations, [shard], () => context.getRemainingTimeInMillis() > LAST_PAGE_MILLIS);
  if (shard === undefined && !result.isDone) await callHelpers(context, all);
}

const heartbeatEffects: HeartbeatEffects = {
  now: Date.now,
  heartbeats: () => table.heartbeats(),
  sendHeartbeat: heartbeat => table.sendHeartbeat(heartbeat),
  stepFunctionsAnswers: () => executions.answers(),
};

async function look(known: Omit<Knowledge, 'evacuated'>, evacuations: Promise<ReadonlySet<string>>, shards: number[], hasTime: () => boolean): Promise<SweepResult> {
  executions.allowLooks(Math.ceil(LOOKS_PER_MINUTE * shards.length / SHARDS / 2));
  const effects: SweeperEffects = {
    now: Date.now,
    hasTime,
    due: before => table.due(before, shards),
    entries: name => table.entries(name),
    change: (seen, change) => table.change(seen, change),
    find: name => executions.find(name),
    start: (name, input, traceHeader) => executions.start(name, input, traceHeader),
    failed: (name, error) => log.error('not looked at', { execution: name, error }),
  };
  const result = await sweep({ ...known, evacuated: await evacuations }, effects, config);
  const { takeovers, oldestUnresolved, lateness } = result;
  const age = oldestUnresolved === undefined ? 0 : Math.max(0, Math.round((Date.now() - oldestUnresolved) / 1000));
  writeLine(metricLine({ [METRIC_DIMENSION]: executions.workflow }, {
    [TAKEOVERS]: takeovers, [OLDEST_UNRESOLVED_SECONDS]: age, [SWEEP_LATENESS_SECONDS]: Math.round(lateness / 1000),
  }, Date.now()));
  return result;
}

/** Calls the function itself, by the alias that it was called by, once for each shard. A helper that is not called is called a minute later, if it is still needed. */
async function callHelpers({ invokedFunctionArn }: Context, shards: readonly number[]): Promise<void> {
  const called = await Promise.allSettled(shards.map(shard => lambda.send(new InvokeCommand({
    FunctionName: invokedFunctionArn, InvocationType: 'Event', Payload: JSON.stringify({ shard } satisfies Help),
  }))));
  called.forEach((one, shard) => one.status === 'rejected' && log.error('no helper', { shard, error: one.reason }));
}

/** Returns the evacuated regions; none if the control table does not answer, because a takeover then only comes later. */
async function evacuated(): Promise<ReadonlySet<string>> {
  if (!controlTableName) return new Set();
  try {
    const { Responses } = await dynamodb.send(new BatchGetItemCommand({
      RequestItems: {
        [controlTableName]: { Keys: config.regions.map(one => ({ pk: { S: evacuationKey(one) } })), ProjectionExpression: 'pk', ConsistentRead: true },
      },
    }));
    const marks = new Set(Responses?.[controlTableName]?.map(({ pk }) => pk.S));
    return new Set(config.regions.filter(one => marks.has(evacuationKey(one))));
  } catch (error) {
    log.error('evacuations unknown', { error });
    return new Set();
  }
}
