import { basename, join } from 'path';
import { Account } from './account';
import { CloudAssembly } from './cloud-assembly';
import { DeployedRegion } from './deployed-region';
import { Deployment } from './deployment';
import { Drill } from './drill';
import { LocalRegion, REQUIREMENTS, RESOURCE_TYPES, startLocalRegions } from './local-region';
import { Processes } from './processes';
import { findPython, Python } from './python';
import { ResourceTypes } from './resource-types';
import { RunFolder } from './run-folder';
import { runSteps, Step } from './steps';
import { virtualEnvironment } from './virtual-environment';

export interface RehearsalProps {
  /** The folder of the app, with its cdk.json. */
  readonly appFolder: string;
  /** Where the rehearsal may write. */
  readonly scratch: string;
  readonly folder: RunFolder;
  readonly processes: Processes;
  readonly account: Account;
  readonly drills: Drill[];
  /** Seconds. */
  readonly replicationLag: number;
  /**
   * The Python to make the virtual environment with.
   *
   * @default - the first on the PATH that will do
   */
  readonly python?: string;
  readonly signal: AbortSignal;
}

/** Brings the regions up on this machine, deploys the app to them as it is, and tries it. */
export class Rehearsal {
  private readonly deployment: Deployment;
  private python?: string;
  private assembly?: CloudAssembly;
  private localRegions: LocalRegion[] = [];
  private deployedRegions: DeployedRegion[] = [];

  constructor(private readonly props: RehearsalProps) {
    this.deployment = new Deployment(props.appFolder, props.folder, props.processes);
  }

  /** The regions that the app runs in, once it does. */
  public get regions(): DeployedRegion[] {
    return this.deployedRegions;
  }

  public async run(): Promise<void> {
    const { props } = this;
    // At first, because it takes no time and may be all that there is to say
    const python = await findPython(props.python, props.signal);
    const steps = [this.prepare(python), this.startRegions(), this.bootstrap(), this.deploy(), this.rehearse()];
    await runSteps(steps, async () => props.processes.stopAll(), props.signal);
    await this.tellAboutEmulation();
  }

  private prepare(python: Python): Step {
    const { props } = this;
    return {
      title: 'Prepare',
      sideBySide: true,
      parts: () => [
        {
          title: 'Python environment with MiniStack',
          run: async progress => {
            this.python = await virtualEnvironment({
              python,
              requirementsFile: REQUIREMENTS,
              folder: join(props.scratch, 'python'),
              logFile: props.folder.log('pip'),
              processes: props.processes,
              signal: props.signal,
            }, () => progress('installing it from PyPI, this first time only'));
          },
        },
        {
          title: 'Synthesize the app',
          run: async () => {
            await this.deployment.synthesize();
            this.assembly = CloudAssembly.read(props.folder.cloudAssembly);
          },
        },
      ],
    };
  }

  private startRegions(): Step {
    const { props } = this;
    return {
      title: 'Start one local AWS per region',
      run: async progress => {
        this.localRegions = await startLocalRegions({ ...props, names: this.assembly!.regions, python: this.python! });
        progress(this.localRegions.map(region => `${region.name} at ${region.endpoint}`).join(', '));
      },
    };
  }

  private bootstrap(): Step {
    return {
      title: 'Bootstrap the regions for the CDK',
      sideBySide: true,
      parts: () => this.localRegions.map(region => ({ title: region.name, run: async () => this.deployment.bootstrap(region) })),
    };
  }

  private deploy(): Step {
    return {
      title: 'Deploy with the CDK CLI',
      parts: () => this.assembly!.waves().map(wave => {
        const parts = wave.map(stack => ({
          title: `${stack.id} in ${stack.region}`,
          run: async () => this.deployment.deploy(stack, this.localRegions.find(({ name }) => name === stack.region)!),
        }));
        return parts.length === 1 ? parts[0] : { title: 'Side by side', sideBySide: true, parts: () => parts };
      }),
    };
  }

  private rehearse(): Step {
    return {
      title: 'Rehearse',
      parts: () => {
        const { account, replicationLag, signal, drills } = this.props;
        this.deployedRegions = this.findDeployedRegions();
        const section = account.section('Regions');
        this.deployedRegions.forEach(region => section.note(`${region.name}  ${region.url}`));
        section.note('They are local emulators, one process each. All times here are this machine\'s, not those of AWS.');
        const stage = { regions: this.deployedRegions, account, replicationLag, runId: Date.now().toString(36), signal };
        return drills.flatMap(drill => drill.steps(stage)).map(step => this.goOnWhateverHappens(step));
      },
    };
  }

  /** A drill that cannot go on is no reason to leave out what comes after it. */
  private goOnWhateverHappens({ run, ...step }: Step): Step {
    return {
      ...step,
      run: run && (async progress => {
        try {
          return await run(progress);
        } catch (error) {
          this.props.account.section('Rehearse').failure(step.title, error instanceof Error ? error.message : String(error));
          return 'failed';
        }
      }),
    };
  }

  private findDeployedRegions(): DeployedRegion[] {
    const tableName = this.assembly!.literal('AWS::DynamoDB::GlobalTable', 'OrdersTable', 'TableName');
    return this.localRegions.map(local => {
      const apiUrls = this.assembly!.stacks.filter(stack => stack.region === local.name)
        .flatMap(stack => Object.entries(this.deployment.outputs.get(stack.id) ?? {}))
        .filter(([name]) => name.startsWith('ApiUrl'))
        .map(([, value]) => value);
      if (apiUrls.length !== 1) {
        throw new Error(`expected one output ApiUrl… in ${local.name}, found ${apiUrls.length}`);
      }
      return new DeployedRegion({ local, apiUrl: apiUrls[0], tableName, signal: this.props.signal });
    });
  }

  private async tellAboutEmulation(): Promise<void> {
    const types = this.assembly!.resourceTypes;
    const known = ResourceTypes.read(RESOURCE_TYPES);
    const section = this.props.account.section('Accepted, not emulated: these deploy here and do nothing');
    known.accepted(types).forEach(({ type, note }) => section.note(`${type}: ${note}`));
    const unknown = known.unknown(types);
    await section.check(`all ${types.length} resource types of the templates are known`, () => {
      if (unknown.length > 0) throw new Error(`${basename(RESOURCE_TYPES)} lacks ${unknown.join(', ')}`);
    });
    await section.check('all local regions run to the end', () => {
      const ended = this.localRegions.filter(({ process }) => !process.isRunning());
      if (ended.length > 0) throw new Error(ended.map(({ name, process }) => `${name} does not, see ${process.logFile}`).join('; '));
    });
  }
}
