import { existsSync } from 'fs';
import { join } from 'path';

/**
 * Returns the path of a folder that is shipped beside the command; in the repository, where the command is not bundled, it is one of the rehearsal's.
 */
export function assetFolder(name: string): string {
  const shipped = join(__dirname, name);
  return existsSync(shipped) ? shipped : join(__dirname, '..', name);
}
