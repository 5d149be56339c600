import { assume } from './assumptions';
import { Facts } from './facts';
import { Item } from './prices';

/** An amount of something that is billed, and what causes it. */
export interface Line {
  readonly driver: string;
  readonly item: Item;
  readonly quantity: number;
}

const MINUTES_IN_A_MONTH = 30 * 24 * 60;
const KB_IN_A_GB = 1e6;

/** Long polls that Lambda has open for a queue, and the longest that one waits: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const POLLERS = 5;
const SECONDS_OF_A_POLL = 20;

/** Partitions of the ledger's index that a sweep asks. See `SHARDS` in src/replicated-workflow/ledger-schema.ts. */
const READS_OF_A_SWEEP = 10;

/** By the month, whether or not anybody comes. */
export function standing({ regions, counts, memory, schedules, polledQueues, hasLedger, pipeline }: Facts): Line[] {
  const https = counts['health check by HTTPS, every 10 s'] + counts['health check by HTTPS, every 30 s'];
  const options = https + counts['health check by HTTPS, every 10 s'];
  const probes = counts['million probes'] * 1e6;
  const sweeps = hasLedger ? regions * MINUTES_IN_A_MONTH : 0;
  // what is not the sweeper's is the heartbeat of a bus, which goes to all peers
  const beats = Math.max(0, schedules - (hasLedger ? regions : 0)) * MINUTES_IN_A_MONTH;
  return [
    line('CloudWatch alarms', 'alarm', counts.alarm), line('CloudWatch alarms', 'composite alarm', counts['composite alarm']),
    line('CloudWatch metrics', 'custom metric', counts['custom metric'] + counts['metric of a route']),
    line('CloudWatch dashboards', 'dashboard', counts.dashboard),
    line('Route 53 health checks', 'health check', https), line('Route 53 health checks', 'health check option', options),
    line('Route 53 health checks', 'calculated health check', counts['calculated health check']),
    line('answers to health checks', 'API request', probes), line('answers to health checks', 'request of a web ACL', counts['web ACL'] > 0 ? probes : 0),
    line('answers to health checks', 'invocation', probes), line('answers to health checks', 'GB-second', probes * memory.ApiHealth * 0.005),
    line('answers to health checks', 'logs taken in', probes * 0.8 / KB_IN_A_GB), line('answers to health checks', 'trace', probes),
    line('AWS WAF', 'web ACL', counts['web ACL']), line('AWS WAF', 'rule of a web ACL', counts['rule of a web ACL']),
    line('KMS keys', 'KMS key', counts['KMS key']),
    line('SQS', 'request of SQS', polledQueues * POLLERS * MINUTES_IN_A_MONTH * 60 / SECONDS_OF_A_POLL),
    line('heartbeats and sweeps', 'scheduled invocation', beats + sweeps),
    line('heartbeats and sweeps', 'custom event', beats), line('heartbeats and sweeps', 'event to a peer', beats * (regions - 1)),
    ...invocations('heartbeats and sweeps', sweeps, memory.FulfilmentLedgerSweeper, assume('sweepMs')),
    line('heartbeats and sweeps', 'replicated write unit', sweeps * regions), line('heartbeats and sweeps', 'read unit', sweeps * READS_OF_A_SWEEP),
    ...pipeline ? deployments(pipeline) : [],
  ];
}

function deployments({ actions, bakes, bakeMinutes, smallBuilds, mediumBuilds }: NonNullable<Facts['pipeline']>): Line[] {
  const [times, minutes] = [assume('deployments'), assume('actionMinutes')];
  return [
    line('CodePipeline, CodeBuild', 'action minute', times * ((actions - bakes) * minutes + bakes * bakeMinutes)),
    line('CodePipeline, CodeBuild', 'small build minute', times * smallBuilds * minutes),
    line('CodePipeline, CodeBuild', 'medium build minute', times * mediumBuilds * minutes),
  ];
}

/** For so many orders that are read: `GET /orders/{id}` reads two items, consistently. */
export function ofReads(reads: number, facts: Facts): Line[] {
  return [...ofRequests(reads, facts), ...invocations('Lambda', reads, facts.memory.GetOrder, assume('requestMs')), line('DynamoDB reads', 'read unit', reads * 2)];
}

/**
 * For so many orders that are placed in one region and fulfilled there without a failure. All of what an order causes: the handlers in example-app/handlers, the subscriptions in
 * example-app/order-system.ts, and what src/replicated-workflow does for each event.
 */
export function ofOrders(orders: number, facts: Facts): Line[] {
  const { regions, memory, states, isExpress, hasLedger, hasTableTrigger, hasArchive, hasAuditedTable, isProvisioned } = facts;
  const peers = regions - 1;
  // order, charge, reservation, shipment, outcome, notification; and in each region the record of its index
  const writes = 6 + regions;
  // OrderPlaced; OrderChanged for the order and for its outcome, each by a pipe
  const [events, published] = [3, 2];
  // the event, and the insertion into the replica; a peer puts both back once, to look again later
  const arrivals = hasTableTrigger ? 2 : 1;
  const messages = hasLedger ? arrivals * (1 + 2 * peers) : arrivals;
  const started = messages / assume('messagesOfBatch');
  const asynchronous = regions + 1 + 3 + (hasLedger ? 1 : 0);
  const ledgerWrites = hasLedger ? 2 : 0;
  const kbSent = (writes + ledgerWrites + events) * peers * assume('eventKb');
  const historyKb = (states * assume('historyEventsOfState') + 2) * assume('historyEventKb');
  return scaled(orders, [
    ...ofRequests(1, facts),
    ...invocations('Lambda', 1, memory.PlaceOrder, assume('requestMs')),
    // IndexOrder in every region, Notify, the three steps, the recorder
    ...invocations('Lambda', asynchronous, memory.IndexOrder, assume('stepMs')),
    ...invocations('Lambda', started, memory.FulfilmentStarter, assume('stepMs')),
    // an entry is in the index while it is open; a copy of an event is looked up before it is left alone
    isProvisioned
      ? line('DynamoDB writes', 'write capacity unit', writes * regions / 3600 / assume('utilization'))
      : line('DynamoDB writes', 'replicated write unit', writes * regions),
    line('DynamoDB writes', 'replicated write unit', ledgerWrites * regions), line('DynamoDB writes', 'write unit', ledgerWrites * regions),
    line('DynamoDB reads', 'read unit', 1 + (hasLedger ? arrivals * regions : 0)),
    line('DynamoDB storage, a month of orders', 'GB stored', (writes + ledgerWrites / 2) * regions * assume('itemKb') / KB_IN_A_GB),
    line('DynamoDB storage, a month of orders', 'GB recoverable', (writes + ledgerWrites / 2) * regions * assume('itemKb') / KB_IN_A_GB),
    line('EventBridge events', 'custom event', events), line('EventBridge events to peers', 'event to a peer', events * peers),
    line('EventBridge pipes and archives', 'request of a pipe', published + (hasTableTrigger ? regions : 0)),
    line('EventBridge pipes and archives', 'GB archived', hasArchive ? events * regions * assume('eventKb') / KB_IN_A_GB : 0),
    line('SQS', 'request of SQS', messages + 2 * started),
    ...isExpress
      ? [line('Step Functions', 'EXPRESS request', 1), line('Step Functions', 'EXPRESS GB-second', assume('executionMs') / 1000 / 16)]
      : [line('Step Functions', 'state transition', states + 1)],
    line('CloudWatch Logs', 'logs taken in', historyKb / KB_IN_A_GB),
    // a replicated write may be recorded in each region: see docs/AWS.md
    line('CloudTrail data events', 'data event', hasAuditedTable ? writes * regions : 0),
    line('between regions', 'GB between regions', kbSent / KB_IN_A_GB),
  ]);
}

function ofRequests(requests: number, { counts, isTraced }: Facts): Line[] {
  return [
    line('API Gateway', 'API request', requests), line('AWS WAF', 'request of a web ACL', counts['web ACL'] > 0 ? requests : 0),
    line('CloudWatch Logs', 'logs taken in', requests * assume('requestLogKb') / KB_IN_A_GB),
    line('X-Ray', 'trace', isTraced ? requests * assume('tracedShare') : 0),
  ];
}

/** Invocations, and what each logs. */
function invocations(driver: string, count: number, gigabytes: number, ms: number): Line[] {
  return [
    line(driver, 'invocation', count), line(driver, 'GB-second', count * gigabytes * ms / 1000),
    line('CloudWatch Logs', 'logs taken in', count * assume('invocationLogKb') / KB_IN_A_GB),
  ];
}

function scaled(times: number, lines: Line[]): Line[] {
  return lines.map(one => ({ ...one, quantity: one.quantity * times }));
}

function line(driver: string, item: Item, quantity: number): Line {
  return { driver, item, quantity };
}
