import { mkdirSync, readdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { isAlive, ownerOf } from '../../cli/rehearsal/machine/run-folder';

const PREFIX = 'cdk-multi-region-tests-';

/** Gives a run of tests a temporary folder of its own, for each app that a test synthesizes leaves its assembly there. Removes those of runs that were killed. */
export default function setUp(): void {
  const outside = tmpdir();
  const left = readdirSync(outside).filter(name => name.startsWith(PREFIX) && !isAlive(ownerOf(name)));
  left.forEach(name => rmSync(join(outside, name), { recursive: true, force: true }));
  process.env.TMPDIR = join(outside, `${PREFIX}${process.pid}`);
  mkdirSync(process.env.TMPDIR);
}

/** Returns the folder that was given to this run, if one was. */
export const ownTemporaryFolder = (): string | undefined => (process.env.TMPDIR?.endsWith(`${PREFIX}${process.pid}`) ? process.env.TMPDIR : undefined);
