import { readFileSync } from 'fs';
import { constants } from 'os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One press of Ctrl-C may arrive twice: from the terminal, and passed on by the process that started this one. */
const SAME_PRESS_MS = 300;

export type StopSignal = typeof SIGNALS[number];

/** The wish of the user, or of whoever started this, that everything stops. */
export class Interruption {
  /** Aborted as soon as it happens. */
  public readonly signal: AbortSignal;
  /** Resolved when it happens, if ever. */
  public readonly happened: Promise<StopSignal>;

  /**
   * @param onImpatience is called when the wish is repeated
   */
  constructor(onImpatience: (signal: StopSignal) => void) {
    const controller = new AbortController();
    this.signal = controller.signal;
    this.happened = new Promise(resolve => {
      let at: number | undefined;
      const interrupt = (signal: StopSignal) => {
        if (at === undefined) {
          at = Date.now();
          controller.abort();
          resolve(signal);
        } else if (Date.now() - at > SAME_PRESS_MS) {
          onImpatience(signal);
        }
      };
      SIGNALS.forEach(signal => process.on(signal, interrupt));
      whenStarterIsGone(() => interrupt('SIGHUP'));
    });
  }
}

/** Returns the exit code that a shell reports for a process that a signal ended. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

/**
 * `npm start` is a chain of processes, and not all of them pass signals on: a shell in the middle just ends, and this process would go on
 * with nobody to stop it. So it looks whether all up to npm are still each other's parents.
 */
function whenStarterIsGone(act: () => void): void {
  const parents = starters();
  const watch = setInterval(() => {
    if (parents.some((parent, i) => parentOf(i === 0 ? process.pid : parents[i - 1]) !== parent)) {
      clearInterval(watch);
      act();
    }
  }, 1000);
  watch.unref();
}

/** Returns the parent of this process, its parent and so on up to npm; only the parent if npm is not among them. */
function starters(): number[] {
  const parents = [process.ppid];
  for (let i = 0; i < 6; i++) {
    const last = parents.at(-1)!;
    if (titleOf(last).startsWith('npm ')) {
      return parents;
    }
    const next = parentOf(last);
    if (!next || next === 1) break;
    parents.push(next);
  }
  return [process.ppid];
}

function titleOf(pid: number): string {
  return readProc(pid, 'cmdline') ?? '';
}

function parentOf(pid: number): number | undefined {
  if (pid === process.pid) {
    return process.ppid;
  }
  // `pid (name) state parent …`, where the name may hold anything
  const parent = readProc(pid, 'stat')?.split(') ').at(-1)?.split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

/** Reads a file of `/proc`, which Linux alone has. Elsewhere only the parent is watched. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
