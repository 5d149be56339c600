import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Context } from 'aws-lambda';
import { CORRELATION_ID_PATH, LEDGER_TABLE_NAME, METRIC_DIMENSION, OLDEST_UNRESOLVED_SECONDS, STATE_MACHINE_ARN, TAKEOVERS } from './constants';
import { Executions } from './executions.lambda';
import { LedgerTable } from './ledger-table.lambda';
import { sweep, SweeperEffects } from './protocol';
import { takeoverConfigOf } from './takeover-config';
import { CONTROL_TABLE_NAME, evacuationKey } from '../evacuation-switch/constants';
import { boundedClient, CallLimits } from '../system/bounded-client.lambda';
import { log, writeLine } from '../system/log';
import { metricLine } from '../system/metric-line';

/** What a run leaves of its time for the entries that it is at. */
const LAST_PAGE_MILLIS = 15_000;

const config = takeoverConfigOf(process.env);
const controlTableName = process.env[CONTROL_TABLE_NAME];
/** An answer that takes longer must not keep the other entries from being looked at. The last page takes five calls, one after the other. */
const LIMITS: CallLimits = { attempts: 2, attemptMillis: 2_000, callMillis: 2_800 };
const dynamodb = boundedClient(DynamoDBClient, LIMITS);
const executions = new Executions(boundedClient(SFNClient, LIMITS), process.env[STATE_MACHINE_ARN]!, process.env[CORRELATION_ID_PATH]);
const table = new LedgerTable(dynamodb, process.env[LEDGER_TABLE_NAME]!, executions.workflow, config.region);

/** Runs every minute: sends the region's heartbeat, and sees to it that every event that the region has seen is brought to an end. */
export async function handler(_: unknown, context: Context): Promise<void> {
  const effects: SweeperEffects = {
    now: Date.now,
    hasTime: () => context.getRemainingTimeInMillis() > LAST_PAGE_MILLIS,
    heartbeats: () => table.heartbeats(),
    sendHeartbeat: heartbeat => table.sendHeartbeat(heartbeat),
    evacuated,
    stepFunctionsAnswers: () => executions.answers(),
    due: before => table.due(before),
    entries: name => table.entries(name),
    change: (seen, change) => table.change(seen, change),
    find: name => executions.find(name),
    start: (name, input, traceHeader) => executions.start(name, input, traceHeader),
    failed: (name, error) => log.error('not looked at', { execution: name, error }),
  };
  const { takeovers, oldestUnresolved } = await sweep(effects, config);
  const age = oldestUnresolved === undefined ? 0 : Math.max(0, Math.round((Date.now() - oldestUnresolved) / 1000));
  writeLine(metricLine({ [METRIC_DIMENSION]: executions.workflow }, { [TAKEOVERS]: takeovers, [OLDEST_UNRESOLVED_SECONDS]: age }, Date.now()));
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
