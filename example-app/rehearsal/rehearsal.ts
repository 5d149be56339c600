import { basename } from 'path';
import { DeployedRegion, findDeployedRegions } from './deployed-region';
import { Drill } from './drill';
import { CloudAssembly } from '../../cli/rehearsal/deployment/cloud-assembly';
import { Deployment } from '../../cli/rehearsal/deployment/deployment';
import { HOSTED_ZONE } from '../../cli/rehearsal/dns/hosted-zone';
import { Route53 } from '../../cli/rehearsal/dns/route53';
import { Zone } from '../../cli/rehearsal/dns/zone';
import { CHILD_PROBE, regionProbe, TIMER_PROBE } from '../../cli/rehearsal/lag/lag-probes';
import { MachineLag } from '../../cli/rehearsal/lag/machine-lag';
import { pythonFolder } from '../../cli/rehearsal/machine/cache-folder';
import { Processes } from '../../cli/rehearsal/machine/processes';
import { findPython, Python } from '../../cli/rehearsal/machine/python';
import { RunFolder } from '../../cli/rehearsal/machine/run-folder';
import { virtualEnvironment } from '../../cli/rehearsal/machine/virtual-environment';
import { LocalRegion, REQUIREMENTS, RESOURCE_TYPES, startLocalRegions } from '../../cli/rehearsal/regions/local-region';
import { Denials, reportPermissions } from '../../cli/rehearsal/regions/permissions';
import { ResourceTypes } from '../../cli/rehearsal/regions/resource-types';
import { Account, Section } from '../../cli/rehearsal/telling/account';
import { runSteps, Step } from '../../cli/rehearsal/telling/steps';

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
  /** The times of Route 53, and of takeovers, are divided by this. */
  readonly timeScale: number;
  /** Decides in which of the orders that their dependencies allow the resources of a stack are made. */
  readonly seed: number;
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
  private standIn?: Route53;
  private readonly regionsSection: Section;
  private readonly lag = new MachineLag();
  private readonly expectedDenials: Denials[] = [];

  constructor(private readonly props: RehearsalProps) {
    this.regionsSection = props.account.section('Regions');
    this.deployment = new Deployment(props.appFolder, props.folder, props.processes);
  }

  /** The regions that the app runs in, once it does. */
  public get regions(): DeployedRegion[] {
    return this.deployedRegions;
  }

  /** What stands in for Route 53, once there is something to stand in for. */
  public get route53(): Route53 {
    return this.standIn!;
  }

  public async run(): Promise<void> {
    const { props } = this;
    // At first, because it takes no time and may be all that there is to say
    const python = await findPython(props.python, props.signal);
    const steps = [this.prepare(python), this.startRegions(), this.bootstrap(), this.deploy()];
    const watching = new AbortController();
    const watched = AbortSignal.any([watching.signal, props.signal]);
    this.lag.watch([TIMER_PROBE, CHILD_PROBE], watched);
    try {
      await runSteps([...steps, this.rehearse(watched)], async () => props.processes.stopAll(), props.signal);
    } finally {
      watching.abort();
    }
    this.lag.tell(props.account.section('This machine, over the whole rehearsal'), 0);
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
              folder: pythonFolder(),
              logFile: props.folder.log('pip'),
              processes: props.processes,
              signal: props.signal,
            }, () => progress('installing it from PyPI, this first time only'));
          },
        },
        {
          title: 'Synthesize the app',
          run: async () => {
            await this.deployment.synthesize(HOSTED_ZONE);
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
        // Told before anything can fail by it
        this.regionsSection.note(`Resources are made in a random order that their dependencies allow: --seed ${props.seed} repeats it.`);
        this.localRegions = await startLocalRegions({ ...props, names: this.assembly!.regions, python: this.python!, hostedZone: HOSTED_ZONE });
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

  private rehearse(watched: AbortSignal): Step {
    return {
      title: 'Rehearse',
      parts: () => {
        const { props: { account, replicationLag, signal, drills, timeScale }, lag, expectedDenials } = this;
        const zone = Zone.read(this.assembly!);
        this.deployedRegions = findDeployedRegions(this.assembly!, this.localRegions, zone, signal, lag);
        const addresses = new Map(this.localRegions.map(({ name, endpoint }) => [name, endpoint]));
        this.standIn = new Route53({ zone, timeScale, addresses, clock: lag, signal });
        lag.watch(this.deployedRegions.map(regionProbe), watched);
        this.standIn.startProbing();
        this.deployedRegions.forEach(({ host, address }) => this.regionsSection.note(`${host} at ${address}`));
        this.regionsSection.note('They are local emulators, one process each. All times here are this machine\'s, not those of AWS.');
        const stage = {
          regions: this.deployedRegions,
          route53: this.standIn,
          account,
          replicationLag,
          timeScale,
          lag,
          expectedDenials,
          runId: Date.now().toString(36),
          signal,
        };
        return drills.flatMap(drill => drill.steps(stage)).map(step => this.goOnWhateverHappens(step));
      },
    };
  }

  /** A drill that cannot go on is no reason to leave out what comes after it. */
  private goOnWhateverHappens({ run, parts, ...step }: Step): Step {
    return {
      ...step,
      parts: parts && (() => parts().map(part => this.goOnWhateverHappens(part))),
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

  private async tellAboutEmulation(): Promise<void> {
    const types = this.assembly!.resourceTypes;
    const known = ResourceTypes.read(RESOURCE_TYPES);
    const section = this.props.account.section('Accepted, not emulated: these deploy here and do nothing');
    known.accepted(types).forEach(({ type, note }) => section.note(`${type}: ${note}`));
    const unknown = known.unknown(types);
    await section.check(`all ${types.length} resource types of the templates are known`, () => {
      if (unknown.length > 0) throw new Error(`${basename(RESOURCE_TYPES)} lacks ${unknown.join(', ')}`);
    });
    await reportPermissions(this.props.account.section('Permissions'), this.localRegions, this.props.folder.log('permissions'), this.expectedDenials);
    await section.check('all local regions run to the end', () => {
      const ended = this.localRegions.filter(({ process }) => !process.isRunning());
      if (ended.length > 0) throw new Error(ended.map(({ name, process }) => `${name} does not, see ${process.logFile}`).join('; '));
    });
  }
}
