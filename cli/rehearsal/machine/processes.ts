import { ChildProcess, spawn } from 'child_process';
import { closeSync, openSync } from 'fs';
import { basename } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { isDiskFull } from './disk-space';
import { excerptOf } from './log-excerpt';
import { UserError, diskFull, saysDiskFull } from './user-error';

/** The time that a process may take to end by itself before it is killed. */
const GRACE_MS = 2000;

/**
 * Kills what is left when the rehearsal itself dies without being able to (kill -9, out of memory): it reads which process groups live
 * and, when its input ends, ends them. A shell, because it must outlive this process and costs nothing.
 */
const GUARD = `
trap '' INT TERM HUP
groups=' '
while read -r change group; do
  case $change in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% "$group" *} \${groups#* "$group" }" ;;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
`;

export interface ProcessOptions {
  /** The file that takes its output, both streams. */
  readonly logFile: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Indicates whether its standard input stays open for as long as the rehearsal lives. */
  readonly inputStaysOpen?: boolean;
}

/** A process of the rehearsal, with all that it starts itself: they are one process group. */
export interface RunningProcess {
  readonly pid: number;
  readonly logFile: string;
  /** The end of the process, once it has come: an exit code or the name of a signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  isRunning(): boolean;
  /** Sends a signal to the whole group. */
  signal(signal: NodeJS.Signals): void;
}

/** Starts processes, and makes sure that none outlives the rehearsal. */
export class Processes {
  private readonly running = new Set<RunningProcess>();
  private guard?: ChildProcess;
  private closed = false;

  /**
   * @param folder what needs room on the disk, for the message when there is none
   */
  constructor(private readonly folder: string) {}

  /** Starts a process in a group of its own, so that Ctrl-C reaches this process alone, which then stops all others in order. */
  public async start(command: string, args: string[], options: ProcessOptions): Promise<RunningProcess> {
    if (this.closed) {
      throw new UserError('The rehearsal is being stopped.');
    }
    // first of all, so that no process is there for longer than an instant that it does not know of
    const guard = this.guard ??= startGuard();
    const log = openSync(options.logFile, 'a');
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: [options.inputStaysOpen ? 'pipe' : 'ignore', log, log],
    });
    if (child.pid !== undefined) {
      tell(guard, '+', child.pid);
    }
    closeSync(log);
    // It may end while it is still being written to
    child.stdin?.on('error', () => {});
    const ended = new Promise<number | NodeJS.Signals>(resolve => child.once('exit', (code, signal) => resolve(signal ?? code!)));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', error => reject(new UserError(`${command} could not be started: ${error.message}.`)));
    });
    const pid = child.pid!;
    const started: RunningProcess = {
      pid,
      logFile: options.logFile,
      ended,
      isRunning: () => child.exitCode === null && child.signalCode === null,
      signal: signal => signalGroup(pid, signal),
    };
    this.running.add(started);
    void ended.then(() => {
      // What it started and left behind
      signalGroup(pid, 'SIGKILL');
      this.running.delete(started);
      tell(guard, '-', pid);
    });
    if (this.closed) {
      started.signal('SIGKILL');
    }
    return started;
  }

  /** Runs a process to its end; throws if that is not exit code 0. */
  public async run(what: string, command: string, args: string[], options: ProcessOptions): Promise<void> {
    const end = await (await this.start(command, args, options)).ended;
    if (end !== 0) {
      const log = excerptOf(options.logFile);
      // its log may be where there is no room
      if (saysDiskFull(log.lastLines.join('\n')) || isDiskFull(this.folder)) {
        throw diskFull(this.folder, log);
      }
      throw new UserError(`${what} failed (${basename(command)} ended with ${end}).`, log);
    }
  }

  /** Stops one process with all that it started: politely at first. */
  public async stop(process: RunningProcess): Promise<void> {
    process.signal('SIGTERM');
    // One that is frozen would only notice afterwards
    process.signal('SIGCONT');
    await Promise.race([process.ended, sleep(GRACE_MS, undefined, { ref: false })]);
    process.signal('SIGKILL');
    await Promise.race([process.ended, sleep(GRACE_MS, undefined, { ref: false })]);
  }

  /** Stops everything; nothing can be started afterwards. */
  public async stopAll(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.running].map(async process => this.stop(process)));
    this.guard?.stdin?.end();
  }

  /** Kills everything at once. */
  public killAll(): void {
    this.closed = true;
    this.running.forEach(process => process.signal('SIGKILL'));
  }
}

function startGuard(): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', GUARD], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

function tell(guard: ChildProcess, change: '+' | '-', group: number): void {
  guard.stdin!.write(`${change} ${group}\n`);
}

/** Sends a signal to a group of processes. It may be gone, which is as good. */
function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
