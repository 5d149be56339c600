import { rmSync } from 'fs';
import { ownTemporaryFolder } from './temporary-folder';

/** Removes the temporary folder of a run of tests, with all that they left in it. */
export default function tearDown(): void {
  const folder = ownTemporaryFolder();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
