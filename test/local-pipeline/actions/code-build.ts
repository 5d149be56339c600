import { copyFileSync, cpSync, mkdirSync } from 'fs';
import { basename, join } from 'path';
import { Processes } from '../../../cli/rehearsal/machine/processes';
import { ActionExecutor } from '../action-run';
import { ActionFailure } from '../errors';
import { StackResources } from '../stack-resources';

/** A build, for whoever decides what its machine has. */
export interface Build {
  readonly stage: string;
  readonly action: string;
  readonly project: string;
  /** What the buildspec, the project and the action set. */
  readonly variables: Record<string, string>;
}

export interface CodeBuildProps {
  readonly projects: () => ReadonlyMap<string, Project>;
  readonly processes: Processes;
  /** What its machine has in its environment. */
  readonly environment: (build: Build) => NodeJS.ProcessEnv;
}

export interface Project {
  readonly shell: string;
  /** In order, in one shell. */
  readonly script: string;
  readonly variables: Record<string, string>;
  /** Those of its artifact. */
  readonly files: string[];
}

/** The phases whose failure ends a build; `post_build` follows a `build` that failed. */
const PHASES = ['install', 'pre_build', 'build', 'post_build'];

export function readProjects(resources: StackResources): Map<string, Project> {
  const projects = resources.ofType('AWS::CodeBuild::Project');
  return new Map([...projects].map(([name, { Properties }]) => [name, readProject(name, Properties as unknown as ProjectProperties, resources)]));
}

function readProject(name: string, { Source: { BuildSpec }, Environment }: ProjectProperties, resources: StackResources): Project {
  if (typeof BuildSpec !== 'string') throw new Error(`the buildspec of ${name} is not literal`);
  const { env = {}, phases, artifacts } = JSON.parse(BuildSpec) as Buildspec;
  const unknown = Object.entries(phases).filter(([phase, { finally: last }]) => !PHASES.includes(phase) || last).map(([phase]) => phase);
  if (unknown.length > 0) throw new Error(`the runner knows no phase ${unknown.join()}, or no "finally" of it, of ${name}`);
  const files = artifacts?.files ?? [];
  if (files.some(file => file !== basename(file) || file.includes('*'))) throw new Error(`${name} hands on more than plain files`);
  return {
    shell: env.shell ?? 'sh',
    script: scriptOf(phases),
    variables: {
      ...env.variables,
      ...Object.fromEntries((Environment.EnvironmentVariables ?? []).map(({ Name, Value }) => [Name, resources.text(Value)])),
    },
    files,
  };
}

/**
 * A command that fails ends its phase. The phase after the build is there to run in any case.
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
 */
function scriptOf(phases: Buildspec['phases']): string {
  const commandsOf = (phase: string) => phases[phase]?.commands ?? [];
  const until = (check: string) => (command: string) => `${command}\n__status=$?; ${check}`;
  const before = ['install', 'pre_build'].flatMap(commandsOf).map(until('[ $__status -eq 0 ] || exit $__status'));
  // a loop of one round, to be left at the first failure without leaving the shell
  const build = commandsOf('build').map(until('[ $__status -eq 0 ] || { __built=$__status; break; }'));
  const after = commandsOf('post_build').map(until('[ $__status -eq 0 ] || exit $__status'));
  return [...before, '__built=0', 'while :; do', ...build, 'break', 'done', ...after, 'exit $__built'].join('\n');
}

/**
 * Runs the commands of a project's buildspec, as they are. Versions of runtimes are those of this machine, and reports stay where they are.
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
export function codeBuildExecutor({ projects, processes, environment }: CodeBuildProps): ActionExecutor {
  return async ({ stage, action, execution, configuration, folder, logFile }) => {
    const project = projects().get(configuration.ProjectName);
    if (!project) throw new ActionFailure(`there is no project ${configuration.ProjectName}`, 'ConfigurationError');
    const input = execution.artifacts.get(action.inputs[0]);
    if (!input) throw new ActionFailure(`there is no artifact ${action.inputs[0]}`, 'ConfigurationError');
    const own = JSON.parse(configuration.EnvironmentVariables ?? '[]') as { readonly name: string; readonly value: string }[];
    const variables = { ...project.variables, ...Object.fromEntries(own.map(({ name, value }) => [name, value])) };

    cpSync(input, folder, { recursive: true, verbatimSymlinks: true });
    // a machine of its own has one
    const TMPDIR = `${folder}-tmp`;
    mkdirSync(TMPDIR);
    const machine = environment({ stage, action: action.name, project: configuration.ProjectName, variables });
    await processes.run(`the action ${action.name}`, project.shell, ['-c', project.script], {
      cwd: folder, logFile, env: { ...machine, ...variables, CODEBUILD_SRC_DIR: folder, TMPDIR },
    }).catch((error: Error) => { throw new ActionFailure(error.message); });
    if (action.outputs.length === 0) return {};

    const artifact = `${folder}-${action.outputs[0]}`;
    mkdirSync(artifact);
    project.files.forEach(file => copyFileSync(join(folder, file), join(artifact, file)));
    return { artifacts: { [action.outputs[0]]: artifact } };
  };
}

interface ProjectProperties {
  readonly Source: { readonly BuildSpec: unknown };
  readonly Environment: { readonly EnvironmentVariables?: { readonly Name: string; readonly Value: unknown }[] };
}

interface Buildspec {
  readonly env?: { readonly shell?: string; readonly variables?: Record<string, string> };
  readonly phases: Record<string, { readonly commands?: string[]; readonly finally?: string[] }>;
  readonly artifacts?: { readonly files: string[] };
}
