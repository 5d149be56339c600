/** The real CDK CLI, as somebody runs it in the folder of an app. */
import { spawnSync } from 'child_process';
import { withoutAws } from '../../cli/rehearsal/machine/environment';

export interface CliResult {
  readonly status: number | null;
  /** Everything that it printed. */
  readonly output: string;
}

/** Runs a command of the CDK CLI: without credentials, and without anything that leads to modules, or to tests' settings. */
export function cdk(folder: string, ...args: string[]): CliResult {
  const { status, stdout, stderr, error } = spawnSync('npx', ['cdk', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...withoutAws(), NODE_PATH: undefined, TSX_TSCONFIG_PATH: undefined, CDK_VALIDATION: undefined, JSII_DEPRECATED: 'quiet', CI: 'true' },
    timeout: 120_000,
  });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

/** The stacks of the example-app, as the CLI lists them. */
export const STACKS = ['Orders/global', 'Orders/ap-southeast-2', 'Orders/us-west-2', 'Orders/ap-southeast-2-mesh', 'Orders/us-west-2-mesh'];

/** The error of the CLI when it has loaded and synthesized an app, and looks for an account to compare it with, or to deploy it to. */
export const NO_CREDENTIALS = /Unable to resolve AWS account to use|credentials/i;
