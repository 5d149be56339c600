import { existsSync } from 'fs';
import { join, sep } from 'path';

const FOLDER = join(__dirname, '..', '..', 'assets');

/** Returns the folder of a handler that was bundled when this package was built; equal from `src` and from `lib`. */
export function handlerBundle(name: string): string {
  const folder = join(FOLDER, `${name}.lambda`);
  if (!existsSync(folder)) {
    throw new Error(`the handler ${name} is not in this copy of cdk-multi-region; in its repository, run: npx projen bundle`);
  }
  return folder;
}

/** Returns whether code is a handler of this package. */
export function isHandlerBundle(codePath: string): boolean {
  return codePath.startsWith(`${FOLDER}${sep}`);
}
