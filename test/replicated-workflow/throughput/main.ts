import { fork } from 'child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { Command } from 'commander';
import { Ledger, REGIONS } from './ledger';
import { BATCH_SIZE } from '../../../src/replicated-workflow/constants';
import { shardOf } from '../../../src/replicated-workflow/ledger-schema';

const MINUTE = 60_000;
const WORKFLOW = 'Orders-Fulfilment';
const [HERE, PEER] = REGIONS;
/** The most minutes that a drain is followed for. */
const PATIENCE = 60;

/** What a handler's process says when it has ended. */
interface Run {
  readonly result?: unknown;
  readonly error?: string;
  /** The CPU time that the handler took, and that its import took, in milliseconds. */
  readonly cpu: number;
  readonly loaded: number;
  readonly endedAt: number;
}

const options = new Command('npm run throughput --')
  .description('Measures how many events the functions of a workflow get done, by their CPU time: DynamoDB, Step Functions and SQS are one process on this machine.')
  .option('--open <n>', 'entries that are open at the beginning', Number, 20_000)
  .option('--memory <MB>', 'the memory of the functions, which decides on their share of a vCPU: 1769 MB are one', Number, 512)
  .option('--assets <folder>', 'the bundled handlers', 'assets')
  .option('--kind <kind>', 'ended: their workflow has ended in the other region; left: the other region is dead; long: this region runs them, and goes on; arriving: the other region\'s events come to the starter, and their workflows end within 3 minutes', 'ended')
  .allowExcessArguments(false)
  .parse()
  .opts<{ open: number; memory: number; assets: string; kind: 'ended' | 'left' | 'long' | 'arriving' }>();

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const share = options.memory / 1769;
const bundles = resolve(options.assets, 'replicated-workflow');
const folder = mkdtempSync(join(tmpdir(), 'throughput-'));

async function run(ledger: Ledger, name: string, events: object[], start: number): Promise<Run> {
  const bundle = join(bundles, `${name}.lambda`, 'index.js');
  if (!existsSync(bundle)) throw new Error(`there is no ${bundle}: run npx projen bundle first`);
  const file = join(folder, 'events.json');
  writeFileSync(file, JSON.stringify(events));
  const child = fork(join(__dirname, 'run-handler.js'), [bundle, file, String(start), String(share)], {
    env: {
      ...process.env,
      AWS_REGION: HERE,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: ledger.url,
      STATE_MACHINE_ARN: `arn:aws:states:${HERE}:111122223333:stateMachine:${WORKFLOW}:live`,
      LEDGER_TABLE_NAME: 'Ledger',
      WORKFLOW_REGIONS: REGIONS.join(','),
      TAKEOVER_AFTER_SECONDS: '300',
      BEAT_SECONDS: '60',
      MARGIN_SECONDS: '30',
      IDEMPOTENCY_KEY_PATH: '$.detail.orderId',
      DEAD_LETTER_QUEUE_URL: `${ledger.url}/Unstarted`,
      EVENT_QUEUE_URL: `${ledger.url}/Events`,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // that an SDK will want a newer Node some day is not what is measured
    execArgv: ['--no-warnings'],
  });
  let said: Run | undefined;
  child.on('message', message => { said = message as Run; });
  await new Promise(done => child.on('exit', done));
  if (!said || said.error) throw new Error(said?.error ?? `the process of ${name} ended without a word`);
  return said;
}

/** Fills the ledger with entries that were published ten minutes ago and are due. */
function fill(ledger: Ledger, now: number): void {
  for (let i = 0; i < options.open; i++) {
    const name = `o-${i}`;
    const pk = `${WORKFLOW}#${name}`;
    const origin = options.kind === 'long' ? HERE : PEER;
    const dueAt = now - 60_000 + i % 60_000;
    const own = { pk, region: HERE, origin, publishedAt: dueAt - 5 * MINUTE, dueAt, openIn: `${WORKFLOW}#${HERE}#${shardOf(name)}`, input: JSON.stringify({ detail: { orderId: name, text: 'x'.repeat(400) } }) };
    if (options.kind === 'long') {
      ledger.running.add(name);
      ledger.put({ ...own, status: 'STARTED', startedAt: dueAt - 5 * MINUTE });
    } else {
      ledger.put({ ...own, status: 'WITNESSED' });
      ledger.put({ pk, region: PEER, origin, publishedAt: own.publishedAt, ...(options.kind === 'ended' ? { status: 'SUCCEEDED', endedAt: dueAt } : { status: 'STARTED', startedAt: own.publishedAt }) });
    }
  }
  // the region has been up for long; the other one has been silent since it published
  ledger.put({ pk: `${WORKFLOW}#beat#`, region: HERE, beatAt: now - 60_000, upSince: 0 });
  ledger.put({ pk: `${WORKFLOW}#beat#`, region: PEER, beatAt: options.kind === 'left' ? now - 8 * MINUTE : now, upSince: 0 });
}

async function drain(): Promise<void> {
  const ledger = await Ledger.start();
  if (options.kind === 'long') ledger.describes = { rate: 10, burst: 250 };
  const begin = Date.now();
  fill(ledger, begin);
  process.stdout.write(`${options.open} entries (${options.kind}), functions of ${options.memory} MB, ${options.assets}\n`);
  let cpu = 0;
  let minute = 0;
  let busiest = 0;
  for (; minute < PATIENCE && ledger.dueAt(begin + minute * MINUTE) > 0; minute++) {
    const start = begin + minute * MINUTE;
    const looks = ledger.counts.get('UpdateItem') ?? 0;
    ledger.helpers = [];
    const leader = await run(ledger, 'sweeper', [{}], start);
    let runs = 1;
    cpu += leader.cpu;
    // each has a share of its own: what they take of this machine one after the other, they take side by side
    for (const shard of ledger.helpers) {
      cpu += (await run(ledger, 'sweeper', [{ shard }], leader.endedAt)).cpu;
      runs++;
    }
    const done = (ledger.counts.get('UpdateItem') ?? 0) - looks;
    busiest = Math.max(busiest, done);
    process.stdout.write(`minute ${minute}: ${done} looks in ${runs} runs, ${ledger.dueAt(start + MINUTE)} due\n`);
  }
  await ledger.stop();
  const looks = ledger.counts.get('UpdateItem') ?? 0;
  const left = ledger.dueAt(begin + minute * MINUTE);
  const drained = left > 0 ? `${left} are left after ${minute} minutes` : `drained in ${minute} minutes`;
  process.stdout.write(`${drained}; ${(busiest / 60).toFixed(0)} looks a second in the busiest minute; ${(cpu / Math.max(1, looks)).toFixed(2)} ms of CPU for a look\n`);
  process.stdout.write(`requests: ${[...ledger.counts].map(([operation, count]) => `${operation} ${count}`).join(', ')}\n`);
}

/** What a peer's starter does with events whose workflows end soon in the region of origin: it gets each twice. */
async function arrive(): Promise<void> {
  const ledger = await Ledger.start();
  const now = Date.now();
  process.stdout.write(`${options.open} events (arriving), functions of ${options.memory} MB, ${options.assets}\n`);
  const batches = (sentAt: number) => Array.from({ length: options.open / BATCH_SIZE }, (_, batch) => ({
    Records: Array.from({ length: BATCH_SIZE }, (__, i) => {
      const name = `o-${batch * BATCH_SIZE + i}`;
      const body = JSON.stringify({ 'detail-type': 'OrderPlaced', 'region': PEER, 'time': new Date(sentAt).toISOString(), 'detail': { orderId: name, text: 'x'.repeat(400) } });
      const again = sentAt < now && { messageAttributes: { FIRST_SENT_AT: { dataType: 'Number', stringValue: String(sentAt) } } };
      return { messageId: name, body, attributes: { SentTimestamp: String(sentAt) }, ...again };
    }),
  }));
  const first = await run(ledger, 'starter', batches(now), now);
  for (let i = 0; i < options.open; i++) ledger.put({ pk: `${WORKFLOW}#o-${i}`, region: PEER, origin: PEER, publishedAt: now, status: 'SUCCEEDED', endedAt: now });
  // of the starter as it was before, the first time is all
  const second = ledger.counts.has('SendMessageBatch') ? await run(ledger, 'starter', batches(now - 4 * MINUTE), now) : undefined;
  await ledger.stop();
  const answers = [first, second].flatMap(one => (one?.result ?? []) as { batchItemFailures: unknown[] }[]);
  const failed = answers.reduce((sum, { batchItemFailures }) => sum + batchItemFailures.length, 0);
  const cpu = (first.cpu + (second?.cpu ?? 0)) / options.open;
  process.stdout.write(`${cpu.toFixed(2)} ms of CPU for an event: ${(1000 * share / cpu).toFixed(0)} events a second for each instance; ${failed} failed; ${ledger.open} entries are left to the sweeper\n`);
  process.stdout.write(`requests: ${[...ledger.counts].map(([operation, count]) => `${operation} ${count}`).join(', ')}\n`);
}

void (options.kind === 'arriving' ? arrive() : drain()).finally(() => rmSync(folder, { recursive: true, force: true }));
