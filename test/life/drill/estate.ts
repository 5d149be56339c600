import { readFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Mutation, mutate } from './mutations';
import { Repository } from './repository';
import { Deployment } from '../../../cli/rehearsal/deployment/deployment';
import { HOSTED_ZONE } from '../../../cli/rehearsal/dns/hosted-zone';
import { Zone } from '../../../cli/rehearsal/dns/zone';
import { Processes } from '../../../cli/rehearsal/machine/processes';
import { RunFolder } from '../../../cli/rehearsal/machine/run-folder';
import { LocalRegion } from '../../../cli/rehearsal/regions/local-region';
import { CloudAssembly, StackArtifact } from '../../../cli/system/cloud-assembly';

/** A deployment that a local region refused. */
export class Refused extends Error {
  /** @param said what the CDK CLI printed */
  constructor(readonly stack: string, readonly said: string) {
    super(`${stack} was refused: ${reasonIn(said)}`);
  }
}

export interface EstateProps {
  readonly repository: Repository;
  readonly regions: LocalRegion[];
  readonly folder: RunFolder;
  readonly processes: Processes;
  /** What is made of the library's templates, for a test of the drill. */
  readonly mutation?: Mutation;
  /** Told what Route 53 knows, whenever that changes. */
  readonly onZone: (zone: Zone) => void;
}

/** What the team has on AWS: stacks, deployed and destroyed with the CDK CLI. */
export class Estate {
  private readonly deployed = new Map<string, StackArtifact>();
  private current?: { readonly assembly: CloudAssembly; readonly deployment: Deployment };
  private commits = 0;

  constructor(private readonly props: EstateProps) {}

  /** What was synthesized last. */
  public get assembly(): CloudAssembly {
    return this.current!.assembly;
  }

  /** The regions that have a stack. */
  public get regions(): string[] {
    return [...new Set(this.deployedStacks.map(({ region }) => region))];
  }

  /** `cdk synth` of the repository as it is now. */
  public async synthesize(): Promise<void> {
    const { repository, folder, processes, mutation } = this.props;
    const output = join(folder.path, `cdk.out-${++this.commits}`);
    const deployment = new Deployment(repository.folder, folder, processes, output);
    await deployment.synthesize({ context: [`hostedZoneId=${HOSTED_ZONE.id}`, `zoneName=${HOSTED_ZONE.name}`] });
    if (mutation) mutate(output, mutation, this.current?.assembly);
    this.current = { assembly: CloudAssembly.read(output), deployment };
  }

  public async bootstrap(): Promise<void> {
    await Promise.all(this.props.regions.map(async region => this.current!.deployment.bootstrap(region)));
  }

  /**
   * `cdk deploy --all`: wave after wave, stacks of a wave side by side; a stack that fails ends it after its wave, as with the CLI. Each stack by a command of its own, because each region is at an
   * address of its own.
   *
   * @param options more options of the CLI
   */
  public async deploy(...options: string[]): Promise<void> {
    const { mutation } = this.props;
    for (const wave of mutation?.wavesOf?.(this.assembly) ?? this.assembly.waves()) {
      const outcomes = await Promise.allSettled(wave.map(async stack => this.deployOne(stack, options)));
      const failure = outcomes.find(outcome => outcome.status === 'rejected');
      if (failure) throw failure.reason;
    }
  }

  /** `cdk destroy` of all stacks of a region by one command; throws if it takes any other with them. */
  public async destroyRegion(region: string): Promise<void> {
    const said = await this.run(region, `Orders/**/${region}*`, async (deployment, local, pattern) => deployment.destroy(pattern, local));
    const destroyed = said.split('\n').filter(line => line.includes(': destroying'));
    const others = this.deployedStacks.filter(stack => stack.region !== region && destroyed.some(line => line.startsWith(`${stack.id} `)));
    if (others.length > 0) throw new Error(`the CLI destroyed ${others.map(({ id }) => id).join(', ')} as well`);
    this.forget(stack => stack.region === region);
  }

  /** `cdk destroy` of all stacks, those first that were deployed last. Region by region, because each is at an address of its own. */
  public async destroyAll(): Promise<void> {
    for (const wave of this.assembly.waves().reverse()) {
      const stacks = wave.filter(({ id }) => this.deployed.has(id));
      await Promise.all(stacks.map(async ({ id, region }) => this.run(region, id, async (deployment, local) => deployment.destroy(id, local))));
      this.forget(({ id }) => stacks.some(stack => stack.id === id));
    }
  }

  /** The stacks that are there, as they were deployed last. */
  public get deployedStacks(): StackArtifact[] {
    return [...this.deployed.values()];
  }

  private async deployOne(stack: StackArtifact, options: string[]): Promise<void> {
    await this.run(stack.region, stack.id, async (deployment, local) => deployment.deploy(stack, local, options));
    this.deployed.set(stack.id, stack);
    this.tellRoute53();
  }

  private forget(isGone: (stack: StackArtifact) => boolean): void {
    this.deployedStacks.filter(isGone).forEach(({ id }) => this.deployed.delete(id));
    this.tellRoute53();
  }

  /** Runs a command of the CLI on stacks of a region. Returns what it said; throws that, if it failed. */
  private async run(
    region: string, stacks: string, command: (deployment: Deployment, local: LocalRegion, stacks: string) => Promise<void>,
  ): Promise<string> {
    const { deployment } = this.current!;
    const local = this.props.regions.find(({ name }) => name === region);
    if (!local) throw new Error(`there is no local region ${region}`);
    const logs = (['deploy', 'destroy'] as const).map(kind => deployment.logOf(kind, stacks));
    const before = logs.map(log => textOf(log).length);
    const said = () => logs.map((log, i) => textOf(log).slice(before[i])).join('');
    try {
      await command(deployment, local, stacks);
      return said();
    } catch {
      throw new Refused(stacks, said());
    }
  }

  private tellRoute53(): void {
    this.props.onZone(Zone.read({ stacks: this.deployedStacks }));
  }
}

/** Waits until something is so; throws what it last had to say if it never is. */
export async function until<T>(look: () => Promise<T>, timeoutMs: number, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (signal.aborted || performance.now() > deadline) throw error;
    }
    await sleep(250, undefined, { signal });
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The first line that says why. */
function reasonIn(said: string): string {
  const lines = said.split('\n').map(line => line.trim());
  const reason = lines.find(line => /CREATE_FAILED|UPDATE_FAILED|DELETE_FAILED/.test(line)) ?? lines.find(line => /failed|Error|refus/i.test(line)) ?? 'see its log';
  return reason.slice(0, 400);
}
