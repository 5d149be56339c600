import { existsSync } from 'fs';
import { join } from 'path';

/** The folder of a handler that was bundled when this package was built; equal from `src` and from `lib`. */
export function handlerBundle(name: string): string {
  const folder = join(__dirname, '..', '..', 'assets', `${name}.lambda`);
  if (!existsSync(folder)) {
    throw new Error(`the handler ${name} is not in this copy of cdk-multi-region; in its repository, run: npx projen bundle`);
  }
  return folder;
}
