import { randomInt } from 'crypto';
import { setMaxListeners } from 'events';
import { join, relative } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { Account } from './account';
import { Advice, adviceOnFileSystem, LogExcerpt } from './advice';
import { EvacuateDrill } from './drill-evacuate';
import { FreezeDrill } from './drill-freeze';
import { OrdersDrill } from './drill-orders';
import { PartitionDrill } from './drill-partition';
import { PoisonDrill } from './drill-poison';
import { ReplayDrill } from './drill-replay';
import { TakeoverDrill } from './drill-takeover';
import { exitCodeOf, Interruption } from './interruption';
import { howToTry, tellWhereTheNameLeads } from './keep';
import { Processes } from './processes';
import { Rehearsal } from './rehearsal';
import { RunFolder } from './run-folder';

const APP_FOLDER = join(__dirname, '..');
const SCRATCH = join(APP_FOLDER, '.rehearsal');

interface Options {
  readonly keep?: boolean;
  readonly replicationLag: number;
  readonly timeScale: number;
  readonly seed: number;
  readonly python?: string;
}

function parseOptions(): Options {
  return new Command('npm start --')
    .description('Runs the example-app in all its regions on this machine, without an AWS account, and tries it.')
    .option('--keep', 'leave the regions up until Ctrl-C, and print how to call them')
    .option('--replication-lag <seconds>', 'how long data takes from one region to another', seconds, 0.2)
    .option('--time-scale <n>', 'by how much the times of Route 53 (probes, caches) and of takeovers are divided', scale, 10)
    .addOption(new Option('--seed <n>', 'makes resources in the order of an earlier rehearsal, which printed it')
      .argParser(wholeNumber).default(randomInt(2 ** 32), 'a random one'))
    .option('--python <path>', 'the Python to make the virtual environment with (default: the first on the PATH that will do)')
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 60)) {
    throw new InvalidArgumentError('Expected a number from 0 to 60.');
  }
  return value;
}

function scale(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 1 && value <= 20)) {
    throw new InvalidArgumentError('Expected a number from 1 to 20.');
  }
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('Expected a whole number, zero or more.');
  }
  return value;
}

async function main(): Promise<number> {
  const options = parseOptions();
  const processes = new Processes(SCRATCH);
  const account = new Account();
  const interruption = new Interruption(signal => {
    processes.killAll();
    process.exit(exitCodeOf(signal));
  });

  const work = rehearse(options, processes, account, interruption.signal);
  const outcome = await Promise.race([work, interruption.happened]);
  let signal = typeof outcome === 'string' ? outcome : undefined;
  if (typeof outcome === 'object' && options.keep) {
    say(`\n${howToTry(outcome.regions, outcome.route53, pc)}\n\n${account.countLine()}\n`);
    void tellWhereTheNameLeads(outcome.regions, outcome.route53, say, interruption.signal);
    signal = await interruption.happened;
  }
  if (signal) {
    say(pc.yellow('\nStopping all processes …'));
  }
  await processes.stopAll();
  if (signal) {
    // What was under way fails by this, which is no news
    await Promise.race([work, sleep(1000)]);
    say('All processes are stopped.');
  }
  if (typeof outcome !== 'string') {
    say(account.countLine());
  }
  if (signal) {
    return exitCodeOf(signal);
  }
  return account.failed > 0 ? 1 : 0;
}

/** Returns nothing if it could not come to its end. */
async function rehearse(options: Options, processes: Processes, account: Account, signal: AbortSignal): Promise<Rehearsal | undefined> {
  const startedAt = Date.now();
  try {
    const folder = RunFolder.create(SCRATCH);
    say(`Rehearsal on this machine. Logs and templates: ${relative('', folder.path)}\n`);
    const rehearsal = new Rehearsal({
      ...options,
      appFolder: APP_FOLDER,
      scratch: SCRATCH,
      folder,
      processes,
      account,
      drills: [
        new OrdersDrill(), new PoisonDrill(), new PartitionDrill(), new FreezeDrill(), new EvacuateDrill(), new TakeoverDrill(),
        new ReplayDrill(),
      ],
      signal,
    });
    await rehearsal.run();
    // A drill that was stopped tells of failures that are none
    signal.throwIfAborted();
    say(`\n${account.render(pc)}`);
    say(`${account.failed === 0 ? pc.green('The rehearsal succeeded') : pc.red('The rehearsal failed')} after ${secondsSince(startedAt)} s.`);
    return rehearsal;
  } catch (error) {
    if (!signal.aborted) {
      const { message, details } = explain(error);
      account.section('The rehearsal itself').failure('runs to its end', message);
      say(`\n${account.render(pc)}${details}`);
    }
    return undefined;
  }
}

function explain(thrown: unknown): { message: string; details: string } {
  const error = thrown instanceof Advice ? thrown : adviceOnFileSystem(thrown, SCRATCH) ?? thrown;
  if (error instanceof Advice) {
    return { message: error.message, details: error.log ? `\n${excerpt(error.log)}\n` : '' };
  }
  // A bug: where it is matters
  return error instanceof Error ? { message: error.message, details: `\n${pc.dim(error.stack ?? '')}\n` } : { message: String(error), details: '' };
}

function excerpt({ file, lastLines }: LogExcerpt): string {
  return [`The end of ${relative('', file)}:`, ...lastLines.map(line => pc.dim(`  ${line}`))].join('\n');
}

function secondsSince(start: number): string {
  return ((Date.now() - start) / 1000).toFixed(0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

// Each request under way listens for the end: dozens at a time are no leak
setMaxListeners(200);
// A closed pipe or terminal must not keep the rest from being stopped in order
[process.stdout, process.stderr].forEach(stream => stream.on('error', () => {}));
process.on('unhandledRejection', error => { throw error; });
void main().then(code => process.exit(code));
