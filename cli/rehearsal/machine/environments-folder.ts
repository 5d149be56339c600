import { randomBytes } from 'crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'fs';
import { join } from 'path';
import { isAlive, ownerOf } from './run-folder';
import { UserError, adviceOnFileSystem } from './user-error';

/** An environment that nobody has used for so long is one of an older version. */
const KEPT_DAYS = 30;

const REMEDY = 'set XDG_CACHE_HOME to a folder of yours, then run it again.';

/** The file in an environment that says that it is complete, and when it was last used. */
export const MARKER = 'complete';

/** Makes the folder that environments are kept in, unless it is there. Throws if somebody else could change what this user runs from it. */
export function openEnvironments(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw cannotWrite(error, folder);
  }
  const { uid } = statSync(folder);
  const me = process.geteuid?.() ?? 0;
  if (![me, 0].includes(uid) && me !== 0) {
    throw new UserError(`${folder} belongs to another user, who could change what is run from it: ${REMEDY}`);
  }
}

/** Makes a folder for an environment that is not complete, which no other run uses. Returns its path. */
export function makeDraft(folder: string, fingerprint: string): string {
  const draft = join(folder, `draft-${fingerprint}-${randomBytes(4).toString('hex')}-${process.pid}`);
  try {
    mkdirSync(draft);
  } catch (error) {
    throw cannotWrite(error, folder);
  }
  return draft;
}

/** Notes that an environment is used now. */
export function touch(environment: string, now = new Date()): void {
  try {
    utimesSync(join(environment, MARKER), now, now);
  } catch {
    // it is used all the same, if it may only be read
  }
}

/** Removes what killed runs left half-made, and environments that nobody has used for long. What cannot be removed is in nobody's way. */
export function tidy(folder: string, now = new Date()): void {
  const oldest = now.getTime() - KEPT_DAYS * 24 * 60 * 60 * 1000;
  const isLeftover = (name: string) => /^draft-|-broken-/.test(name) && !isAlive(ownerOf(name));
  const isStale = (name: string) => {
    const marker = join(folder, name, MARKER);
    return /-[0-9a-f]{16}$/.test(name) && existsSync(marker) && statSync(marker).mtimeMs < oldest;
  };
  for (const name of readdirSync(folder)) {
    try {
      if (isLeftover(name)) rmSync(join(folder, name), { recursive: true, force: true });
      else if (isStale(name)) moveAside(join(folder, name));
    } catch {
      // another user's, or another run is removing it
    }
  }
}

/** Removes an environment. It is renamed first, because that is one step while deleting is many. */
export function moveAside(path: string): void {
  if (!existsSync(path)) return;
  const broken = `${path}-broken-${process.pid}`;
  renameSync(path, broken);
  rmSync(broken, { recursive: true, force: true });
}

function cannotWrite(error: unknown, folder: string): unknown {
  const advice = adviceOnFileSystem(error, folder);
  const isFull = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code!);
  return advice && !isFull ? new UserError(`Python environments are kept in ${folder}, where this user may not write: ${REMEDY}`) : advice ?? error;
}
