import { copyFileSync, cpSync, mkdirSync } from 'fs';
import { basename, join } from 'path';
import { Template } from './cloud-assembly';
import { Processes } from './processes';

/** One action of a pipeline, with the commands that CodeBuild would run for it: the very strings of the template. */
export interface CommandAction {
  readonly name: string;
  readonly project: string;
  /** Its place in its stage: those of equal places run side by side. */
  readonly runOrder: number;
  /** The region that it deploys to, if it does. */
  readonly region?: string;
  /** In order, of all phases. The versions of runtimes are those of this machine. */
  readonly commands: string[];
  readonly variables: Record<string, string>;
  /** The artifact that it works on. */
  readonly input: string;
  /** The artifact that it hands on, and the files in it. */
  readonly output?: { readonly name: string; readonly files: string[] };
}

/** One stage, after the source. */
export interface CommandStage {
  readonly name: string;
  readonly actions: CommandAction[];
  /** Whether a gate is asked before it is entered. */
  readonly isGated: boolean;
  /** What is watched when its actions have succeeded. */
  readonly bake: { readonly alarmName: string; readonly region: string; readonly minutes: number }[];
  /** Whether its actions run again with the artifacts of an earlier run when it does not end well. */
  readonly rollsBack: boolean;
}

/** Stand in for what CodePipeline asks between the commands. */
export interface Gates {
  /** Whether a stage may be entered. */
  mayEnter(stage: CommandStage): Promise<boolean>;
  /** Whether what a stage has deployed stays well for as long as it bakes. */
  isHealthy(stage: CommandStage): Promise<boolean>;
}

/** Artifacts by name: the folders that they are in. */
export type Artifacts = ReadonlyMap<string, string>;

export interface PipelineRunProps {
  /** A clean checkout of the repository. It is copied. */
  readonly checkout: string;
  /** Where the actions may work: a new folder. */
  readonly folder: string;
  readonly gates: Gates;
  readonly processes: Processes;
  /**
   * What an earlier run handed on, to roll back to.
   *
   * @default - as in a first execution: there is no way back
   */
  readonly lastGood?: Artifacts;
  /**
   * A stage that failed, to be tried again with what that execution had made; it goes on from there.
   * @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RetryStageExecution.html
   */
  readonly retry?: { readonly stage: string; readonly artifacts: Artifacts };
  /** What leads the commands of an action to where they are to go. */
  environment(action: CommandAction): NodeJS.ProcessEnv;
}

export type Outcome = 'succeeded' | 'refused' | 'failed' | 'rolled back';

export interface PipelineRun {
  /** The stages that were come to, in order. All but the last have succeeded. */
  readonly stages: { readonly name: string; readonly outcome: Outcome }[];
  readonly artifacts: Artifacts;
}

/** The commands of a synthesized pipeline. */
export class PipelineCommands {
  public static read(template: Template): PipelineCommands {
    const [pipeline, ...more] = Object.values(template.Resources ?? {}).filter(({ Type }) => Type === 'AWS::CodePipeline::Pipeline');
    if (!pipeline || more.length > 0) throw new Error('expected a template with one pipeline');
    const [source, ...stages] = (pipeline.Properties as unknown as PipelineProperties).Stages;
    const isGate = ({ Actions }: StageProperties) => Actions.every(({ ActionTypeId }) => ActionTypeId.Provider === 'Lambda');
    return new PipelineCommands(source.Actions[0].OutputArtifacts![0].Name, stages.flatMap((stage, i) => (
      isGate(stage) ? [] : [readStage(template, stage, i > 0 && isGate(stages[i - 1]))]
    )));
  }

  private constructor(private readonly source: string, readonly stages: CommandStage[]) {}

  /** Runs one execution, to its end or to where it is stopped. */
  public async run(props: PipelineRunProps): Promise<PipelineRun> {
    const { gates, lastGood, retry } = props;
    const artifacts = new Map([[this.source, props.checkout], ...retry?.artifacts ?? []]);
    const stages: { name: string; outcome: Outcome }[] = [];
    for (const stage of this.stages.slice(retry && this.stages.findIndex(({ name }) => name === retry.stage))) {
      const outcome = stage.isGated && !await gates.mayEnter(stage) ? 'refused'
        : await succeeds(stage, props, artifacts) && (stage.bake.length === 0 || await gates.isHealthy(stage)) ? 'succeeded'
          : stage.rollsBack && lastGood && await succeeds(stage, props, new Map(lastGood), '-rollback') ? 'rolled back' : 'failed';
      stages.push({ name: stage.name, outcome });
      if (outcome !== 'succeeded') break;
    }
    return { stages, artifacts };
  }
}

async function succeeds(stage: CommandStage, props: PipelineRunProps, artifacts: Map<string, string>, suffix = ''): Promise<boolean> {
  for (const place of [...new Set(stage.actions.map(({ runOrder }) => runOrder))].sort((one, other) => one - other)) {
    const actions = stage.actions.filter(({ runOrder }) => runOrder === place);
    const runs = await Promise.allSettled(actions.map(async action => runAction(action, props, artifacts, `${action.project}${suffix}`)));
    if (runs.some(({ status }) => status === 'rejected')) return false;
  }
  return true;
}

async function runAction(action: CommandAction, props: PipelineRunProps, artifacts: Map<string, string>, name: string): Promise<void> {
  const cwd = join(props.folder, name);
  cpSync(artifacts.get(action.input)!, cwd, { recursive: true, verbatimSymlinks: true });
  await props.processes.run(`the action ${name}`, 'bash', ['-c', asOneShell(action.commands)], {
    cwd,
    env: { ...props.environment(action), ...action.variables, CODEBUILD_SRC_DIR: cwd, TMPDIR: props.folder },
    logFile: join(props.folder, `${name}.log`),
  });
  if (action.output) {
    const handedOn = join(props.folder, `${name}-${action.output.name}`);
    mkdirSync(handedOn);
    action.output.files.forEach(file => copyFileSync(join(cwd, file), join(handedOn, file)));
    artifacts.set(action.output.name, handedOn);
  }
}

/** CodeBuild runs all commands in one shell, and none after the first that fails. */
function asOneShell(commands: string[]): string {
  return commands.map(command => `${command}\n__status=$?; [ $__status -eq 0 ] || exit $__status`).join('\n');
}

interface PipelineProperties {
  readonly Stages: StageProperties[];
}

interface StageProperties {
  readonly Name: string;
  readonly Actions: ActionProperties[];
  readonly OnFailure?: { readonly Result: string };
}

interface ActionProperties {
  readonly Name: string;
  readonly RunOrder?: number;
  readonly ActionTypeId: { readonly Provider: string };
  readonly Configuration: {
    readonly ProjectName?: { readonly Ref: string };
    readonly FunctionName?: { readonly Ref: string };
    readonly UserParameters?: string;
  };
  readonly InputArtifacts?: { readonly Name: string }[];
  readonly OutputArtifacts?: { readonly Name: string }[];
}

interface AskedProperties {
  readonly Environment: { readonly Variables: Record<string, string> };
}

interface ProjectProperties {
  readonly Name: string;
  readonly Source: { readonly BuildSpec: unknown };
  readonly Environment: { readonly EnvironmentVariables?: { readonly Name: string; readonly Value: string }[] };
}

interface Buildspec {
  readonly env: { readonly variables: Record<string, string> };
  readonly phases: Record<string, { readonly commands?: string[] }>;
  readonly artifacts?: { readonly files: string[] };
}

function readStage(template: Template, { Name, Actions, OnFailure }: StageProperties, isGated: boolean): CommandStage {
  return {
    name: Name,
    actions: Actions.filter(action => action.ActionTypeId.Provider === 'CodeBuild').map(action => readAction(template, action)),
    isGated,
    bake: Actions.filter(({ ActionTypeId }) => ActionTypeId.Provider === 'Lambda').flatMap(({ Configuration }) => {
      const asked = template.Resources![Configuration.FunctionName!.Ref].Properties as unknown as AskedProperties;
      const alarmNames = JSON.parse(asked.Environment.Variables.ALARM_NAMES) as Record<string, string[]>;
      const { targets, minutes } = JSON.parse(Configuration.UserParameters!) as { targets: string[]; minutes: number };
      return targets.flatMap(region => alarmNames[region].map(alarmName => ({ alarmName, region, minutes })));
    }),
    rollsBack: OnFailure?.Result === 'ROLLBACK',
  };
}

function readAction(template: Template, { Name, RunOrder = 1, Configuration, InputArtifacts, OutputArtifacts }: ActionProperties): CommandAction {
  const project = template.Resources![Configuration.ProjectName!.Ref].Properties as unknown as ProjectProperties;
  const { Source: { BuildSpec }, Environment: { EnvironmentVariables = [] } } = project;
  if (typeof BuildSpec !== 'string') throw new Error(`the buildspec of ${project.Name} is not literal`);
  const { env, phases, artifacts } = JSON.parse(BuildSpec) as Buildspec;
  if (artifacts?.files.some(file => file !== basename(file) || file.includes('*'))) throw new Error(`${project.Name} hands on more than plain files`);
  const variables = Object.fromEntries(EnvironmentVariables.map(({ Name: name, Value }) => [name, Value]));
  return {
    name: Name,
    project: project.Name,
    runOrder: RunOrder,
    region: variables.TARGET_REGION,
    commands: Object.values(phases).flatMap(({ commands = [] }) => commands),
    variables: { ...env.variables, ...variables },
    input: InputArtifacts![0].Name,
    output: OutputArtifacts && artifacts && { name: OutputArtifacts[0].Name, files: artifacts.files },
  };
}
