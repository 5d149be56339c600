/** Small pipelines, whose actions do what a test says. */
import { mkdirSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { Processes } from '../../../cli/rehearsal/machine/processes';
import { Template } from '../../../cli/system/cloud-assembly';
import { ActionOutput, ActionWork } from '../action-run';
import { Clock } from '../clock';
import { PipelineRunner, PipelineRunnerProps } from '../runner';

export const REGION = 'ap-southeast-2';
export const NAME = 'Releases';

export interface ActionOptions {
  readonly runOrder?: number;
  readonly provider?: string;
  readonly configuration?: Record<string, unknown>;
  readonly namespace?: string;
  readonly inputs?: string[];
  readonly outputs?: string[];
  readonly [property: string]: unknown;
}

/** An action: of the provider Scripted, if not of another one. */
export function action(name: string, { runOrder, provider = 'Scripted', configuration = {}, namespace, inputs = [], outputs = [], ...others }: ActionOptions = {}): object {
  return {
    Name: name,
    RunOrder: runOrder,
    ActionTypeId: { Category: 'Test', Owner: 'AWS', Provider: provider, Version: '1' },
    Configuration: configuration,
    Namespace: namespace,
    InputArtifacts: inputs.map(Name => ({ Name })),
    OutputArtifacts: outputs.map(Name => ({ Name })),
    ...others,
  };
}

/** A stage, with one action of the same name if with no other. */
export function stage(name: string, actions: object[] = [action(name)], others: object = {}): object {
  return { Name: name, Actions: actions, ...others };
}

export const ROLLBACK = { OnFailure: { Result: 'ROLLBACK' } };

export function entry(result: string, ...rules: { provider: string; configuration: object }[]): object {
  return {
    BeforeEntry: {
      Conditions: [{
        Result: result,
        Rules: rules.map(({ provider, configuration }, i) => ({ Name: `rule-${i + 1}`, RuleTypeId: { Provider: provider }, Configuration: configuration })),
      }],
    },
  };
}

export function template(stages: object[], properties: object = {}, resources: Template['Resources'] = {}): Template {
  return {
    Resources: {
      Pipeline: { Type: 'AWS::CodePipeline::Pipeline', Properties: { Name: NAME, ExecutionMode: 'QUEUED', Stages: stages, ...properties } },
      ...resources,
    },
  };
}

type Script = (work: ActionWork) => Promise<ActionOutput | void> | ActionOutput | void;

/** What scripted actions do, by `<stage>/<action>`, and what they have done. */
export class Scripts {
  public readonly ran: string[] = [];
  private readonly scripts = new Map<string, Script>();

  public set(name: string, script: Script): void {
    this.scripts.set(name, script);
  }

  public fails(name: string): void {
    this.set(name, () => { throw new Error(`${name} is broken`); });
  }

  public succeeds(name: string): void {
    this.scripts.delete(name);
  }

  /** Lets an action run until the returned function is called. */
  public holds(name: string): () => void {
    let release = () => {};
    const released = new Promise<void>(resolve => { release = resolve; });
    this.set(name, async () => released);
    return release;
  }

  public readonly executor = async (work: ActionWork): Promise<ActionOutput | void> => {
    const name = `${work.stage}/${work.action.name}`;
    this.ran.push(name);
    return this.scripts.get(name)?.(work);
  };
}

/** A clock that goes on when it is told to. */
export class ManualClock implements Clock {
  private readonly sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  constructor(private time = Date.parse('2030-01-07T00:00:00Z')) {}

  public now(): number {
    return this.time;
  }

  public async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    await new Promise<void>(resolve => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.sleepers.add({ until: this.time + ms, wake });
      signal?.addEventListener('abort', wake);
    });
  }

  public environment(): NodeJS.ProcessEnv {
    return {};
  }

  /** Goes on by so many minutes, one after the other. */
  public async advance(minutes: number): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      this.time += 60_000;
      this.sleepers.forEach(sleeper => {
        if (sleeper.until > this.time) return;
        this.sleepers.delete(sleeper);
        sleeper.wake();
      });
      await settle();
    }
  }
}

/** Lets everything happen that waits for nothing. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve));
}

/** The pipelines of a file of tests, stopped after each. */
export function pipelines() {
  let folder: string;
  let processes: Processes;
  let started: PipelineRunner[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
    mkdirSync(join(folder, 'checkout'));
    processes = new Processes(folder);
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map(async runner => runner.stop()));
    await processes.stopAll();
    rmSync(folder, { recursive: true });
  });
  return {
    get checkout() { return join(folder, 'checkout'); },
    get processes() { return processes; },
    get folder() { return folder; },
    async start(of: Template, props: Partial<PipelineRunnerProps> = {}) {
      const scripts = new Scripts();
      const work = join(folder, `executions-${started.length + 1}`);
      mkdirSync(work);
      const pipeline = await PipelineRunner.start({
        template: of, checkout: join(folder, 'checkout'), folder: work, processes, region: REGION, executors: () => ({ Scripted: scripts.executor }), ...props,
      });
      started.push(pipeline);
      return { pipeline, scripts, client: new CodePipelineClient({ ...pipeline.client, maxAttempts: 1 }) };
    },
  };
}

/** The name of what a request is refused with. */
export async function refusal(request: Promise<unknown>): Promise<string> {
  return request.then(() => 'nothing', (error: Error) => error.name);
}
