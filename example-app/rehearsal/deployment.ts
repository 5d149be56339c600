import { readFileSync } from 'fs';
import { join } from 'path';
import { StackArtifact } from './cloud-assembly';
import { forLocalRegion, resolutionOfModules, withoutAws } from './environment';
import { LocalRegion } from './local-region';
import { Processes } from './processes';
import { RunFolder } from './run-folder';

/** The account of every local region. */
const ACCOUNT = '000000000000';

const CLI = require.resolve('aws-cdk/bin/cdk');

/** Deploys with the CDK CLI as it is: it believes that it talks to AWS. */
export class Deployment {
  /** The outputs of the stacks deployed so far, by stack id. */
  public readonly outputs = new Map<string, Record<string, string>>();

  constructor(private readonly appFolder: string, private readonly folder: RunFolder, private readonly processes: Processes) {}

  /** Runs the app as its cdk.json says. */
  public async synthesize(): Promise<void> {
    await this.cli('synth', ['synth', '--quiet', '--output', this.folder.cloudAssembly], { ...withoutAws(), ...resolutionOfModules() }, this.appFolder);
  }

  /** What the CDK CLI needs in a region once. */
  public async bootstrap(region: LocalRegion): Promise<void> {
    await this.cli(`bootstrap ${region.name}`, ['bootstrap', `aws://${ACCOUNT}/${region.name}`], forLocalRegion(region.name, region.endpoint));
  }

  public async deploy(stack: StackArtifact, region: LocalRegion): Promise<void> {
    const outputs = join(this.folder.folder('outputs'), `${stack.stackName}.json`);
    await this.cli(`deploy ${stack.id}`, [
      '--app', this.folder.cloudAssembly, 'deploy', stack.id, '--exclusively', '--require-approval', 'never', '--outputs-file', outputs,
    ], forLocalRegion(region.name, region.endpoint));
    const written = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Record<string, string>>;
    this.outputs.set(stack.id, Object.assign({}, ...Object.values(written)) as Record<string, string>);
  }

  private async cli(name: string, args: string[], env: NodeJS.ProcessEnv, cwd = this.folder.path): Promise<void> {
    await this.processes.run(`cdk ${name}`, process.execPath, [CLI, ...args, '--no-notices', '--no-color', '--ci', '--progress', 'events'], {
      cwd,
      logFile: this.folder.log(`cdk-${name}`),
      env: {
        ...env,
        CDK_HOME: this.folder.folder('cdk-home'),
        CDK_DISABLE_VERSION_CHECK: '1',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        npm_config_update_notifier: 'false',
      },
    });
  }
}
