import { accessSync, constants, statSync } from 'fs';
import { createRequire } from 'module';
import { delimiter, join, resolve } from 'path';
import { UserError } from '../machine/user-error';

/** The command that starts the CDK CLI: a program, and the first of its arguments. */
export interface CdkCli {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Finds the CDK CLI that an app is deployed with: the one that is installed for it, else the one on the PATH.
 *
 * @param path the folders to look in, as in the environment variable
 */
export function findCdkCli(appFolder: string, path = process.env.PATH ?? ''): CdkCli {
  const installed = installedFor(appFolder);
  if (installed !== undefined) return { command: process.execPath, args: [installed] };
  const program = path.split(delimiter).filter(Boolean).map(folder => join(folder, 'cdk')).find(isProgram);
  if (program !== undefined) return { command: program, args: [] };
  throw new UserError(`There is no CDK CLI, neither installed for ${appFolder} nor on the PATH: npm install --save-dev aws-cdk, then run it again.`);
}

function installedFor(appFolder: string): string | undefined {
  try {
    return createRequire(join(resolve(appFolder), 'package.json')).resolve('aws-cdk/bin/cdk');
  } catch {
    return undefined;
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
