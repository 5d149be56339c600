import { execFile } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { promisify } from 'util';
import { isDiskFull } from './disk-space';
import { makeDraft, MARKER, moveAside, openEnvironments, tidy, touch } from './environments-folder';
import { excerptOf } from './log-excerpt';
import { Processes } from './processes';
import { Python } from './python';
import { UserError, diskFull, LogExcerpt, saysDiskFull } from './user-error';

export interface VirtualEnvironmentProps {
  readonly python: Python;
  readonly requirementsFile: string;
  /** The folder of the environments, shared by all runs. */
  readonly folder: string;
  readonly logFile: string;
  readonly processes: Processes;
  readonly signal?: AbortSignal;
}

/**
 * Returns the path of a Python that has the requirements installed.
 *
 * An environment is made under a name of its own and gets its real name, which says what is in it, only when it is complete. So one that a killed run
 * left half-made is never used, and two first runs at a time each make one, of which the first to be complete stays.
 *
 * @param onInstall is called when it is not there yet
 */
export async function virtualEnvironment(props: VirtualEnvironmentProps, onInstall: () => void = () => {}): Promise<string> {
  const { python, requirementsFile, folder, processes, logFile } = props;
  const fingerprint = createHash('sha256').update(readFileSync(requirementsFile)).update(python.kind).digest('hex').slice(0, 16);
  const path = join(folder, `${python.kind}-${fingerprint}`);
  openEnvironments(folder);
  touch(path);
  tidy(folder);
  if (await isComplete(path, fingerprint, props.signal)) {
    return interpreter(path);
  }
  const draft = makeDraft(folder, fingerprint);
  onInstall();
  try {
    const run = async (command: string, args: string[]) => processes.run('The installation', command, args, { logFile, env: process.env });
    await run(python.command, ['-m', 'venv', draft]);
    await run(interpreter(draft), [
      '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--retries', '2', '-r', requirementsFile,
    ]);
    writeFileSync(join(draft, MARKER), fingerprint);
  } catch (error) {
    // before there is room again
    const isFull = isDiskFull(folder);
    rmSync(draft, { recursive: true, force: true });
    if (isFull) throw diskFull(folder, excerptOf(logFile));
    throw error instanceof UserError && error.log ? adviceOnInstallation(readFileSync(error.log.file, 'utf8'), excerptOf(logFile), folder) : error;
  }
  try {
    renameSync(draft, path);
  } catch {
    // Another run was faster, or what is there is broken
    if (!await isComplete(path, fingerprint, props.signal)) {
      moveAside(path);
      renameSync(draft, path);
    }
  }
  rmSync(draft, { recursive: true, force: true });
  return interpreter(path);
}

/** Returns the advice on an installation that failed, by what pip said. */
export function adviceOnInstallation(output: string, log: LogExcerpt, folder: string): UserError {
  if (saysDiskFull(output)) {
    return diskFull(folder, log);
  }
  if (/NewConnectionError|Temporary failure in name resolution|Name or service not known|ConnectTimeout|ProxyError|Network is unreachable/.test(output)) {
    return new UserError('The first run downloads MiniStack from PyPI, which cannot be reached: connect to the network, '
      + 'or tell pip about a mirror (PIP_INDEX_URL), then run it again; later runs need no network.', log);
  }
  if (/No matching distribution found|Could not find a version/.test(output)) {
    return new UserError('pip finds no package index that has the pinned version of MiniStack: check its configuration (pip config list), then run it again.', log);
  }
  return new UserError('pip could not install the local regions: see why in its log, then run it again.', log);
}

function interpreter(path: string): string {
  return join(path, 'bin', 'python');
}

/**
 * Returns whether an environment is complete: the marker says that the installation came to its end; the interpreter may have been removed from the
 * machine since.
 */
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
