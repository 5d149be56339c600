import { randomUUID } from 'crypto';
import { mkdirSync } from 'fs';
import { join } from 'path';
import { Clock } from './clock';
import { ActionDeclaration } from './definition';
import { ActionFailure, Refusal } from './errors';
import { Execution } from './execution';

/** What an action has to do. */
export interface ActionWork {
  readonly stage: string;
  readonly action: ActionDeclaration;
  readonly execution: Execution;
  /** With all variables resolved. */
  readonly configuration: Record<string, string>;
  /** A new folder, of this attempt. */
  readonly folder: string;
  readonly logFile: string;
  readonly run: ActionRun;
}

export interface ActionOutput {
  readonly summary?: string;
  /** They come under the namespace of the action, if it has one. */
  readonly variables?: Record<string, string>;
  /** The folders of the artifacts that it hands on, by their names. */
  readonly artifacts?: Record<string, string>;
}

/** Does what a provider does. Throws if the action fails. */
export type ActionExecutor = (work: ActionWork) => Promise<ActionOutput | void>;

export interface ActionRunProps {
  readonly stage: string;
  readonly action: ActionDeclaration;
  readonly execution: Execution;
  /** The how manieth time it is done in this execution, from 1. */
  readonly attempt: number;
  readonly executor: ActionExecutor;
  readonly clock: Clock;
  readonly changed: () => void;
}

/** One run of an action, with what the state of the pipeline shows of it. */
export class ActionRun {
  public readonly id = randomUUID();
  public status: 'InProgress' | 'Succeeded' | 'Failed' | 'Abandoned' = 'InProgress';
  public summary?: string;
  public error?: { readonly code: string; readonly message: string };
  public changedAt: number;
  public readonly folder: string;
  public readonly logFile: string;
  private approval?: { readonly token: string; answer?: string; decide(result: Approval): void };

  constructor(private readonly props: ActionRunProps) {
    const { stage, action, execution, attempt } = props;
    this.folder = join(execution.props.folder, `${stage}-${action.name}${attempt > 1 ? `-${attempt}` : ''}`);
    this.logFile = `${this.folder}.log`;
    this.changedAt = props.clock.now();
  }

  /** The token of the approval that it waits for. */
  public get token(): string | undefined {
    return this.status === 'InProgress' ? this.approval?.token : undefined;
  }

  public async toItsEnd(): Promise<void> {
    const { stage, action, execution, executor } = this.props;
    try {
      const configuration = execution.resolveAll(action.configuration);
      mkdirSync(this.folder, { recursive: true });
      const output = await executor({ stage, action, execution, configuration, folder: this.folder, logFile: this.logFile, run: this });
      // of what was abandoned nothing is taken
      if (this.status === 'InProgress' && output) this.take(output);
      this.end('Succeeded', output?.summary);
    } catch (error) {
      const { message, code } = error instanceof ActionFailure ? error : { message: (error as Error).message, code: 'JobFailed' };
      if (this.status === 'InProgress') this.error = { code, message };
      this.end('Failed', message);
    }
  }

  /** Nobody waits for it any more. What its provider has begun goes on. */
  public abandon(): void {
    this.end('Abandoned');
  }

  public say(summary: string): void {
    this.summary = summary;
    this.props.changed();
  }

  /** Waits for somebody to decide. */
  public async decision(): Promise<Approval> {
    return new Promise(decide => {
      this.approval = { token: randomUUID(), decide };
      this.props.changed();
    });
  }

  /** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutApprovalResult.html */
  public decide(token: string, result: Approval): void {
    const { approval } = this;
    if (!approval || approval.token !== token) throw new Refusal('InvalidApprovalTokenException', `${token} is not the token of an approval that ${this.props.action.name} waits for`);
    if (approval.answer || this.status !== 'InProgress') throw new Refusal('ApprovalAlreadyCompletedException', `${this.props.action.name} has been answered`);
    approval.answer = result.status;
    approval.decide(result);
  }

  private take({ variables, artifacts = {} }: ActionOutput): void {
    const { action, execution } = this.props;
    if (action.namespace && variables) execution.outputs.set(action.namespace, variables);
    Object.entries(artifacts).forEach(([name, folder]) => execution.artifacts.set(name, folder));
  }

  private end(status: ActionRun['status'], summary?: string): void {
    if (this.status !== 'InProgress') return;
    this.status = status;
    this.summary = summary ?? this.summary;
    this.changedAt = this.props.clock.now();
    this.props.changed();
  }
}

export interface Approval {
  readonly status: 'Approved' | 'Rejected';
  readonly summary: string;
}
