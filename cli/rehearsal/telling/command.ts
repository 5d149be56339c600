import { setMaxListeners } from 'events';
import { relative } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import pc from 'picocolors';
import { Transcript } from './transcript';
import { isDiskFull, untilDiskIsFull } from '../machine/disk-space';
import { exitCodeOf, Interruption } from '../machine/interruption';
import { Processes } from '../machine/processes';
import { RunFolder } from '../machine/run-folder';
import { UserError, adviceOnFileSystem, diskFull, LogExcerpt } from '../machine/user-error';

/** The exit code if nothing failed, but not everything could be judged. */
export const EXIT_TOO_SLOW = 3;

/** The time that the end may take. */
const END_MS = 5000;

/** The context of a command that starts processes. */
export interface Run {
  readonly transcript: Transcript;
  readonly processes: Processes;
  readonly folder: RunFolder;
  /** Aborted when the user wants it to stop. */
  readonly signal: AbortSignal;
}

export interface CommandProps {
  /** The title in what it prints: with a capital letter. */
  readonly title: string;
  /** The folder in which it may write. */
  readonly scratch: string;
  /** Does it; returns what there is to say in the end besides the verdict. */
  readonly work: (run: Run) => Promise<string | void>;
  /**
   * The words in the beginning, when the user wants it to stop, and when it has.
   *
   * @default - where logs are, and that processes are stopped
   */
  readonly words?: { readonly opening: string; readonly stopping: string; readonly stopped: () => string };
  /**
   * Indicates whether everything is printed in the end, and not only what failed.
   *
   * @default true
   */
  readonly inFull?: boolean;
  /** Called after it has done its work, before its processes are stopped: they stay until Ctrl-C, if this is there. */
  readonly keep?: (run: Run) => void;
  /**
   * Called last of all, however it came, before processes are stopped; what takes longer than `endMs` is not waited for.
   *
   * @default - there is nothing to do
   */
  readonly end?: () => Promise<void>;
  /**
   * The time that the end may take, in milliseconds.
   *
   * @default 5000
   */
  readonly endMs?: number;
}

/** Runs a command to its end, or until the user wants it to stop: then too all that it started is stopped. Returns the exit code of this process. */
export async function runCommand(props: CommandProps): Promise<number> {
  // Each request under way listens for the end: dozens at a time are no leak
  setMaxListeners(200);
  // A closed pipe or terminal must not keep the rest from being stopped in order
  [process.stdout, process.stderr].forEach(stream => stream.on('error', () => {}));
  process.on('unhandledRejection', error => { throw error; });
  return run(props);
}

async function run(props: CommandProps): Promise<number> {
  const processes = new Processes(props.scratch);
  const transcript = new Transcript();
  const interruption = new Interruption(signal => {
    processes.killAll();
    process.exit(exitCodeOf(signal));
  });

  const work = tryTo(props, processes, transcript, interruption.signal);
  const outcome = await Promise.race([work, interruption.happened]);
  let signal = typeof outcome === 'string' ? outcome : undefined;
  if (typeof outcome === 'object' && props.keep) {
    props.keep(outcome);
    signal = await interruption.happened;
  }
  if (signal) {
    say(pc.yellow(`\n${props.words?.stopping ?? 'Stopping all processes …'}`));
  }
  await Promise.race([props.end?.().catch((error: Error) => say(pc.red(`✖ ${error.message}`))), sleep(props.endMs ?? END_MS, undefined, { ref: false })]);
  await processes.stopAll();
  if (signal) {
    // What was under way fails by this, which is no news
    await Promise.race([work, sleep(1000)]);
    say(props.words?.stopped() ?? 'All processes are stopped.');
  }
  if (typeof outcome !== 'string') {
    say(transcript.countLine());
  }
  if (signal) {
    return exitCodeOf(signal);
  }
  if (transcript.failed > 0) {
    return 1;
  }
  return transcript.tooSlow > 0 ? EXIT_TOO_SLOW : 0;
}

/** Returns nothing if it could not come to its end. */
async function tryTo(
  { title, words, scratch, work, inFull = true }: CommandProps, processes: Processes, transcript: Transcript, signal: AbortSignal,
): Promise<Run | undefined> {
  const startedAt = Date.now();
  const watching = new AbortController();
  try {
    const folder = RunFolder.create(scratch);
    if (isDiskFull(scratch)) throw diskFull(scratch);
    say(`${words?.opening ?? `${title} on this machine. Logs and templates: ${relative('', folder.path)}`}\n`);
    const running = { transcript, processes, folder, signal };
    // One line, instead of all that fails by it
    const last = await Promise.race([untilDiskIsFull(scratch, watching.signal), work(running)]);
    // A drill that was stopped tells of failures that are none
    signal.throwIfAborted();
    const told = inFull ? transcript.render(pc) : transcript.renderTrouble(pc);
    say(`${told && '\n'}${told}`);
    const name = `The ${title.toLowerCase()}`;
    say(`${verdictOn(name, transcript)} after ${((Date.now() - startedAt) / 1000).toFixed(0)} s.`);
    if (last) say(last);
    return running;
  } catch (error) {
    if (!signal.aborted) {
      const { message, details } = explain(error, scratch);
      // what was found until then, and then why there is no more
      const told = inFull ? transcript.render(pc) : transcript.renderTrouble(pc);
      transcript.section(`The ${title.toLowerCase()} itself`).failure('runs to its end', message);
      say(`${told && `\n${told}`}\n${pc.red(`✖ ${message}`)}\n${details}`);
    }
    return undefined;
  } finally {
    watching.abort();
  }
}

function verdictOn(name: string, { failed, tooSlow }: Transcript): string {
  if (failed > 0) {
    return pc.red(`${name} failed`);
  }
  return tooSlow > 0 ? pc.yellow(`${name} found no failure, but this machine was too slow for ${tooSlow} checks: try it when it is less busy. It ended`) : pc.green(`${name} succeeded`);
}

function explain(thrown: unknown, scratch: string): { message: string; details: string } {
  const error = thrown instanceof UserError ? thrown : adviceOnFileSystem(thrown, scratch) ?? thrown;
  if (error instanceof UserError) {
    return { message: error.message, details: error.log ? `\n${excerpt(error.log)}\n` : '' };
  }
  // A bug: where it is matters
  return error instanceof Error ? { message: error.message, details: `\n${pc.dim(error.stack ?? '')}\n` } : { message: String(error), details: '' };
}

function excerpt({ file, lastLines }: LogExcerpt): string {
  return [`The end of ${relative('', file)}:`, ...lastLines.map(line => pc.dim(`  ${line}`))].join('\n');
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
