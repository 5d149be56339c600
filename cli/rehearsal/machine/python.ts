import { execFile } from 'child_process';
import { promisify } from 'util';
import { UserError } from './user-error';

/** The oldest version of Python that MiniStack supports. */
const OLDEST = [3, 10];

/** `python3` first; if that is too old, a newer one may be beside it. */
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

const QUESTION = `
import json, sys
def has(name):
    try:
        __import__(name)
        return True
    except ImportError:
        return False
print(json.dumps({"version": list(sys.version_info[:3]), "implementation": getattr(getattr(sys, "implementation", None), "name", "python"),
                  "environments": has("venv") and has("ensurepip")}))
`;

/** A Python that can make a virtual environment for the local regions. */
export interface Python {
  readonly command: string;
  /** For example `cpython-3.11`: packages installed for one do for all that have the same. */
  readonly kind: string;
}

interface Found {
  readonly command: string;
  readonly version: number[];
  readonly implementation: string;
  readonly environments: boolean;
}

/**
 * @param chosen the Python that the caller insists on
 */
export async function findPython(chosen?: string, signal?: AbortSignal): Promise<Python> {
  const unfit: Found[] = [];
  for (const command of chosen ? [chosen] : CANDIDATES) {
    const found = await ask(command, signal);
    if (found && isNewEnough(found) && found.environments) {
      return { command, kind: `${found.implementation}-${found.version.slice(0, 2).join('.')}` };
    }
    if (found) unfit.push(found);
  }
  throw new UserError(whyNone(unfit, chosen));
}

function whyNone(unfit: Found[], chosen?: string): string {
  const remedy = chosen ? 'name another one with --python <path>.' : 'or name one with --python <path>.';
  const oldest = OLDEST.join('.');
  const withoutModules = unfit.find(isNewEnough);
  if (withoutModules) {
    const { command, version } = withoutModules;
    return `${command} is Python ${version.join('.')} without the modules that make virtual environments: add them `
      + `(Debian and Ubuntu: apt install python${version.slice(0, 2).join('.')}-venv), ${chosen ? 'or ' : ''}${remedy}`;
  }
  if (unfit.length > 0) {
    return `${unfit[0].command} is Python ${unfit[0].version.join('.')}, and the local regions need ${oldest} or newer: `
      + `install that, ${chosen ? 'or ' : ''}${remedy}`;
  }
  return chosen
    ? `${chosen} does not run as a Python: name one of version ${oldest} or newer with --python <path>.`
    : `There is no python3 on the PATH: install Python ${oldest} or newer, ${remedy}`;
}

function isNewEnough({ version: [major, minor] }: Found): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

async function ask(command: string, signal?: AbortSignal): Promise<Found | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, ['-c', QUESTION], { timeout: 20_000, signal, env: process.env });
    return { command, ...JSON.parse(stdout) as Omit<Found, 'command'> };
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  }
}
