import { mkdirSync } from 'fs';
import { join } from 'path';
import { ActionExecutor } from './action-run';
import { approvalExecutor } from './actions/approval';
import { Build, codeBuildExecutor, Project, readProjects } from './actions/code-build';
import { LambdaFunction, readFunctions } from './actions/functions';
import { lambdaExecutor } from './actions/lambda';
import { sourceExecutor } from './actions/source';
import { CodePipelineApi, Input } from './api';
import { Changes } from './changes';
import { Clock, ScaledClock } from './clock';
import { PipelineDefinition, readDefinition } from './definition';
import { Engine } from './engine';
import { Jobs } from './jobs';
import { Release } from './release';
import { RuleEvaluator, RULES } from './rules';
import { AwsServer } from './server';
import { StackResources } from './stack-resources';
import { forLocalRegion } from '../../cli/rehearsal/machine/environment';
import { Processes } from '../../cli/rehearsal/machine/processes';
import { Template } from '../../cli/system/cloud-assembly';

const ACCOUNT = '111122223333';
/** The documentation says "periodically". */
const POLL_INTERVAL_MS = 60_000;

/** What a pipeline is deployed from. */
export interface Deployed {
  readonly template: Template;
  /**
   * The cloud assembly that the template is in.
   *
   * @default - there is none: the code of all functions is in the template
   */
  readonly assembly?: string;
}

export interface PipelineRunnerProps extends Deployed {
  /** The repository, clean. Each execution takes it as it is when it starts. */
  readonly checkout: string;
  /** Where executions work: a folder that is there. */
  readonly folder: string;
  readonly processes: Processes;
  /** The pipeline's region. */
  readonly region: string;
  /**
   * The URLs of the regions that answer, by their names. Delete one, and it is lost.
   *
   * @default - none
   */
  readonly regions?: ReadonlyMap<string, string>;
  /**
   * What the machine of a build has in its environment, beside what leads it to AWS.
   *
   * @default - what this process has, without anything of AWS
   */
  readonly environment?: (build: Build) => NodeJS.ProcessEnv;
  /** @default - the real time */
  readonly clock?: Clock;
  /**
   * Between a function's answer that its work goes on and the next question.
   *
   * @default 1 minute
   */
  readonly pollIntervalMs?: number;
  /**
   * How much later than a stage fails its rollback starts: others may enter the stage in between.
   *
   * @default - at once, before anybody else
   */
  readonly rollbackDelayMs?: number;
  /**
   * Whether the pipeline has just been made, and starts for that reason.
   *
   * @default - it has been there for a while
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-rerun-manually.html
   */
  readonly isNew?: boolean;
  /** Returns what stands in for providers of actions, by their names; it is given those that the runner has. */
  readonly executors?: (own: Readonly<Record<string, ActionExecutor>>) => Record<string, ActionExecutor>;
  /** What stands in for providers of rules, by their names. */
  readonly evaluators?: Record<string, RuleEvaluator>;
}

/**
 * Runs a synthesized pipeline: a stand-in for CodePipeline, CodeBuild and Lambda, at an address that the SDK and the AWS CLI can be pointed to. It knows nothing but the template.
 *
 * ```ts
 * const pipeline = await PipelineRunner.start({ template, assembly, checkout, folder, processes, region, regions });
 * const execution = await pipeline.release({ lostRegions: 'us-west-2' });
 * expect(await execution.ended()).toEqual(['Source Succeeded', 'Build Failed']);
 * ```
 */
export class PipelineRunner {
  public static async start(props: PipelineRunnerProps): Promise<PipelineRunner> {
    const runner = new PipelineRunner(props);
    runner.server = await AwsServer.start({ api: runner.api, region: props.region, regions: props.regions ?? new Map() });
    if (props.isNew) runner.engine.start('CreatePipeline');
    return runner;
  }

  private readonly changes = new Changes();
  private readonly engine: Engine;
  private readonly api: CodePipelineApi;
  private server!: AwsServer;
  private projects!: ReadonlyMap<string, Project>;
  private functions!: ReadonlyMap<string, LambdaFunction>;

  private constructor(private readonly props: PipelineRunnerProps) {
    const { checkout, folder, processes, environment = () => ({}) } = props;
    const { clock = new ScaledClock(), pollIntervalMs = POLL_INTERVAL_MS, rollbackDelayMs = 0 } = props;
    const jobs = new Jobs();
    const own = {
      CodeStarSourceConnection: sourceExecutor(checkout),
      CodeBuild: codeBuildExecutor({
        projects: () => this.projects, processes, environment: build => ({ ...this.environment(), ...environment(build) }),
      }),
      Lambda: lambdaExecutor({
        functions: () => this.functions, jobs, processes, clock, account: ACCOUNT, pollIntervalMs, environment: () => this.environment(),
      }),
      Manual: approvalExecutor(clock),
    };
    this.engine = new Engine(this.read(props), {
      clock,
      folder,
      rollbackDelayMs,
      changes: this.changes,
      evaluators: { ...RULES, ...props.evaluators },
      executors: { ...own, ...props.executors?.(own) },
    });
    this.api = new CodePipelineApi(this.engine, jobs);
  }

  public get name(): string {
    return this.engine.definition.name;
  }

  public get stages(): string[] {
    return this.engine.stages.map(({ name }) => name);
  }

  /** All of AWS. */
  public get endpoint(): string {
    return this.server.endpoint;
  }

  /** What the SDK's clients are made with. */
  public get client() {
    return { region: this.props.region, endpoint: this.endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  }

  /** All executions, in the order in which they started. */
  public get releases(): Release[] {
    return this.engine.executions.map(execution => new Release(execution, this.engine, this.changes));
  }

  /** Starts an execution, as somebody who pushes or presses "Release change" does. */
  public release(variables: Record<string, string> = {}): Release {
    return new Release(this.engine.start('StartPipelineExecution', new Map(Object.entries(variables))), this.engine, this.changes);
  }

  /** Deploys another template. The structure of the pipeline has a new version if it is another one. */
  public update(deployed: Deployed): void {
    const definition = this.read(deployed);
    if (fingerprint(definition) !== fingerprint(this.engine.definition)) this.engine.update(definition);
  }

  /** Calls an operation of CodePipeline in this process. */
  public call(operation: string, input: Input): Record<string, any> {
    return this.api.call(operation, input) ?? {};
  }

  /** Resolves when something is so: at once, or after a change of the pipeline's state. */
  public async until(isSo: () => boolean): Promise<void> {
    return this.changes.until(isSo);
  }

  /** Resolves when every execution has ended. */
  public async idle(): Promise<void> {
    return this.until(() => this.engine.isIdle);
  }

  /** The processes that it has started are stopped by whoever has given them. */
  public async stop(): Promise<void> {
    await this.server.stop();
  }

  private read({ template, assembly = '' }: Deployed): PipelineDefinition {
    const environment = { account: ACCOUNT, region: this.props.region };
    const resources = new StackResources(template, environment);
    const definition = readDefinition(template, environment);
    const folder = join(this.props.folder, 'functions');
    mkdirSync(folder, { recursive: true });
    this.projects = readProjects(resources);
    this.functions = readFunctions(resources, { assembly, folder });
    return definition;
  }

  private environment(): NodeJS.ProcessEnv {
    return forLocalRegion(this.props.region, this.endpoint);
  }
}

function fingerprint({ variables, closed, ...others }: PipelineDefinition): string {
  return JSON.stringify([others, [...variables], [...closed]]);
}
