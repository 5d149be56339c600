/**
 * Runs workflows as GitHub Actions does, as far as the documentation of this project needs it: jobs in the order of their `needs`, calls of workflows of the same repository, conditions, `run` steps, and artifacts.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */
import { spawn } from 'child_process';
import { once } from 'events';
import { cpSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, string>;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly 'needs'?: string;
  readonly 'if'?: string;
  readonly 'permissions'?: Record<string, string>;
  readonly 'environment'?: string;
  readonly 'runs-on'?: string;
  readonly 'steps'?: Step[];
  readonly 'uses'?: string;
  readonly 'with'?: Record<string, string>;
}

export interface Workflow {
  readonly on: any;
  readonly env?: Record<string, string>;
  readonly permissions?: Record<string, string>;
  readonly concurrency?: object;
  readonly jobs: Record<string, Job>;
}

/** Reads one. What GitHub would not understand is an error here, too. */
export function readWorkflow(text: string): Workflow {
  return parse(text, { strict: true, uniqueKeys: true });
}

export interface RunProps {
  /** The workflows of the repository, by their path. */
  readonly workflows: Record<string, Workflow>;
  /** The repository that a checkout copies. */
  readonly repository: string;
  /** The folder in which jobs run, each in a folder of its own. */
  readonly folder: string;
  /** The folder of the artifacts of this run. */
  readonly artifacts: string;
  /** The inputs of a run that was started by hand. */
  readonly inputs?: Record<string, string>;
  /** Returns the environment of a runner. */
  readonly environment: (job: string) => NodeJS.ProcessEnv;
}

export type JobResult = 'success' | 'failure' | 'skipped';

export class WorkflowRun {
  /** By the names of the jobs, that of a called workflow behind that of its caller. */
  public readonly results: Record<string, JobResult> = {};
  /** The output of the steps of each job. */
  public readonly logs: Record<string, string> = {};
  /** The inputs that each job gave to the action that signs in to AWS. */
  public readonly signIns: Record<string, Record<string, string>> = {};
  private readonly github: object;

  constructor(private readonly props: RunProps) {
    // of a called workflow, it is that of the caller
    this.github = { token: 'TOKEN', event: props.inputs ? { inputs: props.inputs } : {} };
  }

  public async run(path: string): Promise<void> {
    await this.runJobs(this.props.workflows[path], {}, '');
  }

  private async runJobs(workflow: Workflow, inputs: object, prefix: string): Promise<JobResult> {
    const results: Record<string, JobResult> = {};
    for (const [id, job] of Object.entries(workflow.jobs)) {
      const ancestors = ancestorsOf(workflow, id);
      if (ancestors.some(ancestor => !(ancestor in results))) throw new Error(`${id} is written before a job that it needs`);
      const failed = ancestors.some(ancestor => results[ancestor] === 'failure');
      const contexts = {
        inputs, github: this.github, needs: job.needs ? { [job.needs]: { result: results[job.needs] } } : {}, failure: () => failed, env: {},
      };
      const succeeded = !job.needs || results[job.needs] === 'success';
      // a condition without a status function holds only if all that is needed succeeded
      const isDue = job.if ? (/failure\(\)/.test(job.if) || succeeded) && Boolean(evaluate(job.if, contexts)) : succeeded;
      const name = `${prefix}${id}`;
      results[id] = !isDue ? 'skipped' : job.uses
        ? await this.runJobs(this.props.workflows[job.uses.replace('./', '')], job.with ?? {}, `${name} / `)
        : await this.runSteps(name, job, workflow.env ?? {}, contexts);
      if (!job.uses || !isDue) this.results[name] = results[id];
    }
    return Object.values(results).includes('failure') ? 'failure' : 'success';
  }

  private async runSteps(name: string, { steps = [] }: Job, workflowEnv: Record<string, string>, contexts: any): Promise<JobResult> {
    const folder = join(this.props.folder, name.replace(/\W+/g, '-'));
    mkdirSync(folder, { recursive: true });
    const env = resolved(workflowEnv, contexts);
    this.logs[name] = '';
    for (const step of steps) {
      const stepContexts = { ...contexts, env };
      const stepEnv = { ...env, ...resolved(step.env ?? {}, stepContexts) };
      if (step.uses) this.use(name, step.uses.replace(/@v\d+$/, ''), resolved(step.with ?? {}, stepContexts), folder);
      else if (await this.execute(name, step.run!, stepEnv, folder) !== 0) return 'failure';
    }
    return 'success';
  }

  private use(job: string, action: string, options: Record<string, string>, folder: string): void {
    const artifact = join(this.props.artifacts, options.name ?? '');
    switch (action) {
      case 'actions/checkout': return cpSync(this.props.repository, folder, { recursive: true });
      case 'actions/setup-node': return;
      case 'actions/upload-artifact': return cpSync(join(folder, options.path), join(artifact, options.path));
      case 'actions/download-artifact': return cpSync(artifact, folder, { recursive: true });
      case 'aws-actions/configure-aws-credentials':
        this.signIns[job] = options;
        return;
      default: throw new Error(`${action} is not known here`);
    }
  }

  /** @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
  private async execute(job: string, commands: string, env: Record<string, string>, folder: string): Promise<number> {
    if (/\$\{\{/.test(commands)) throw new Error(`an expression in a command can inject others: ${commands}`);
    const file = join(this.props.folder, 'step.sh');
    writeFileSync(file, commands);
    const signIn = this.signIns[job];
    const child = spawn('bash', ['-e', file], {
      cwd: folder,
      env: { ...this.props.environment(job), GITHUB_REPOSITORY: 'example-org/orders', ...signIn && { AWS_REGION: signIn['aws-region'] }, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { this.logs[job] += data; });
    const [code] = await once(child, 'close');
    return code;
  }
}

function ancestorsOf(workflow: Workflow, id: string): string[] {
  const { needs } = workflow.jobs[id];
  return needs ? [needs, ...ancestorsOf(workflow, needs)] : [];
}

function resolved(values: Record<string, string>, contexts: object): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [
    name, String(value).replace(/\$\{\{ (.+?) \}\}/g, (_, expression) => String(evaluate(expression, contexts) ?? '')),
  ]));
}

/** Evaluates an expression by what there is in both languages; a property of nothing is nothing. */
function evaluate(expression: string, contexts: object): unknown {
  const functions = { contains: (text: string | undefined, part: string) => (text ?? '').includes(part) };
  const values = { ...functions, ...contexts };
  const [code] = [expression.split(/('[^']*')/).map(part => (part.startsWith('\'') ? part : part.replace(/\./g, '?.'))).join('')];
  return new Function(...Object.keys(values), `return ${code};`)(...Object.values(values));
}
