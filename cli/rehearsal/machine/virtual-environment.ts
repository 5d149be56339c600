import { execFile } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { promisify } from 'util';
import { Advice, diskFull, LogExcerpt, saysDiskFull } from './advice';
import { excerptOf } from './log-excerpt';
import { Processes } from './processes';
import { Python } from './python';
import { isAlive, ownerOf } from './run-folder';

const MARKER = 'complete';

export interface VirtualEnvironmentProps {
  readonly python: Python;
  readonly requirementsFile: string;
  /** Where environments are kept, shared by all runs. */
  readonly folder: string;
  readonly logFile: string;
  readonly processes: Processes;
  readonly signal?: AbortSignal;
}

/**
 * The path of a Python that has the requirements installed.
 *
 * An environment is made under a name of its own and gets its real name, which says what is in it, only when it is complete. So one that a killed run
 * left half-made is never used, and two first runs at a time each make one, of which the first to be complete stays.
 *
 * @param onInstall is told when it is not there yet
 */
export async function virtualEnvironment(props: VirtualEnvironmentProps, onInstall: () => void = () => {}): Promise<string> {
  const { python, requirementsFile, folder, processes, logFile } = props;
  const fingerprint = createHash('sha256').update(readFileSync(requirementsFile)).update(python.kind).digest('hex').slice(0, 16);
  const path = join(folder, `${python.kind}-${fingerprint}`);
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
  if (await isComplete(path, fingerprint, props.signal)) {
    return interpreter(path);
  }
  onInstall();

  const draft = join(folder, `draft-${fingerprint}-${process.pid}`);
  try {
    const run = async (command: string, args: string[]) => processes.run('The installation', command, args, { logFile });
    await run(python.command, ['-m', 'venv', draft]);
    await run(interpreter(draft), [
      '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--retries', '2', '-r', requirementsFile,
    ]);
    writeFileSync(join(draft, MARKER), fingerprint);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error instanceof Advice && error.log ? adviceOnInstallation(readFileSync(error.log.file, 'utf8'), excerptOf(logFile), folder) : error;
  }
  if (!await isComplete(path, fingerprint, props.signal)) {
    moveAside(path);
    try {
      renameSync(draft, path);
    } catch (error) {
      // Another run was faster
      if (!await isComplete(path, fingerprint, props.signal)) throw error;
    }
  }
  rmSync(draft, { recursive: true, force: true });
  return interpreter(path);
}

/** What to do about an installation that failed, by what pip said. */
export function adviceOnInstallation(output: string, log: LogExcerpt, folder: string): Advice {
  if (saysDiskFull(output)) {
    return diskFull(folder, log);
  }
  if (/NewConnectionError|Temporary failure in name resolution|Name or service not known|ConnectTimeout|ProxyError|Network is unreachable/.test(output)) {
    return new Advice('The first run downloads MiniStack from PyPI, which cannot be reached: connect to the network, '
      + 'or tell pip about a mirror (PIP_INDEX_URL), then run it again; later runs need no network.', log);
  }
  if (/No matching distribution found|Could not find a version/.test(output)) {
    return new Advice('pip finds no package index that has the pinned version of MiniStack: check its configuration (pip config list), then run it again.', log);
  }
  return new Advice('pip could not install the local regions: see why in its log, then run it again.', log);
}

function interpreter(path: string): string {
  return join(path, 'bin', 'python');
}

/** The marker says that the installation came to its end; the interpreter may have been removed from the machine since. */
async function isComplete(path: string, fingerprint: string, signal?: AbortSignal): Promise<boolean> {
  const marker = join(path, MARKER);
  if (!existsSync(marker) || readFileSync(marker, 'utf8') !== fingerprint) {
    return false;
  }
  try {
    await promisify(execFile)(interpreter(path), ['-c', ''], { timeout: 20_000, signal });
    return true;
  } catch (error) {
    if (signal?.aborted) throw error;
    return false;
  }
}

/** Renamed first, because that is one step while deleting is many. */
function moveAside(path: string): void {
  if (!existsSync(path)) return;
  const broken = `${path}-broken-${process.pid}`;
  renameSync(path, broken);
  rmSync(broken, { recursive: true, force: true });
}

function removeLeftovers(folder: string): void {
  readdirSync(folder)
    .filter(name => /^draft-|-broken-/.test(name) && !isAlive(ownerOf(name)))
    .forEach(name => rmSync(join(folder, name), { recursive: true, force: true }));
}
