import { CdkCli, findCdkCli } from './cdk-cli';
import { StackArtifact } from '../../system/cloud-assembly';
import { forLocalRegion, resolutionOfModules, withoutAws } from '../machine/environment';
import { Processes } from '../machine/processes';
import { RunFolder } from '../machine/run-folder';
import { LocalRegion } from '../regions/local-region';

/** The arguments of the CLI to synthesize an app. */
export interface Synthesis {
  /**
   * The command that runs the app, as `cdk --app` takes it.
   *
   * @default - what cdk.json says
   */
  readonly app?: string;
  /** Context values, each as `key=value`. */
  readonly context?: readonly string[];
}

/** Deploys with the CDK CLI as it is: it believes that it talks to AWS. */
export class Deployment {
  private readonly cdk: CdkCli;

  /**
   * @param cloudAssembly where the app is synthesized to
   */
  constructor(
    private readonly appFolder: string,
    private readonly folder: RunFolder,
    private readonly processes: Processes,
    private readonly cloudAssembly = folder.cloudAssembly,
  ) {
    this.cdk = findCdkCli(appFolder);
  }

  /** Runs the app. */
  public async synthesize({ app, context = [] }: Synthesis = {}): Promise<void> {
    await this.cli('synth', [
      'synth', '--quiet', '--output', this.cloudAssembly, ...app === undefined ? [] : ['--app', app], ...context.flatMap(value => ['--context', value]),
    ], { ...withoutAws(), ...resolutionOfModules() }, this.appFolder);
  }

  /** Bootstraps a region, which the CDK CLI needs once. */
  public async bootstrap(region: LocalRegion): Promise<void> {
    await this.cli(`bootstrap ${region.name}`, ['bootstrap', `aws://${region.accountId}/${region.name}`], forLocalRegion(region.name, region.endpoint));
  }

  /**
   * @param options of `cdk deploy`
   */
  public async deploy(stack: StackArtifact, region: LocalRegion, options: string[] = []): Promise<void> {
    await this.withAssembly('deploy', stack.id, region, [
      '--exclusively', '--require-approval', 'never', '--progress', 'events', ...options,
    ]);
  }

  /**
   * Destroys stacks of one region.
   *
   * @param pattern of their ids, as the CLI takes it
   */
  public async destroy(pattern: string, region: LocalRegion): Promise<void> {
    await this.withAssembly('destroy', pattern, region, ['--force']);
  }

  /** Returns the file that takes what the CLI says when it deploys or destroys these stacks. */
  public logOf(command: 'deploy' | 'destroy', stacks: string): string {
    return this.folder.log(`cdk-${command} ${stacks}`);
  }

  private async withAssembly(command: 'deploy' | 'destroy', stacks: string, region: LocalRegion, options: string[]): Promise<void> {
    await this.cli(`${command} ${stacks}`, ['--app', this.cloudAssembly, command, stacks, ...options], forLocalRegion(region.name, region.endpoint));
  }

  private async cli(name: string, args: string[], env: NodeJS.ProcessEnv, cwd = this.folder.path): Promise<void> {
    await this.processes.run(`cdk ${name}`, this.cdk.command, [...this.cdk.args, ...args, '--no-notices', '--no-color', '--ci'], {
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
