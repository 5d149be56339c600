import { readFileSync } from 'fs';
import { ActionRun } from './action-run';
import { Changes } from './changes';
import { Engine } from './engine';
import { Execution } from './execution';

/** An execution, for whoever watches it. */
export class Release {
  constructor(private readonly execution: Execution, private readonly engine: Engine, private readonly changes: Changes) {}

  public get id(): string {
    return this.execution.id;
  }

  public get status(): string {
    return this.execution.status;
  }

  public get type(): 'STANDARD' | 'ROLLBACK' {
    return this.execution.type;
  }

  /** How each stage ended that it was in, in order, such as `Build Succeeded`. */
  public get stages(): string[] {
    return this.execution.history.map(({ stage, status }) => `${stage} ${status}`);
  }

  /** The id of the execution that it goes back to, if it is a rollback. */
  public get target(): string | undefined {
    return this.execution.props.target?.id;
  }

  /** Returns how each stage ended, once the execution has ended: of one that was tried again, all attempts. */
  public async ended(): Promise<string[]> {
    await this.changes.until(() => this.execution.hasEnded);
    return this.stages;
  }

  /** Resolves when it is in a stage. Throws if it ends before. */
  public async isIn(stage: string): Promise<void> {
    await this.comesTo(`is in ${stage}`, () => this.stage(stage).latest?.execution === this.execution);
  }

  /** Resolves when it runs an action. Throws if it ends before. */
  public async runs(stage: string, action: string): Promise<void> {
    await this.comesTo(`runs ${action} of ${stage}`, () => this.execution.actions.get(`${stage}/${action}`)?.status === 'InProgress');
  }

  /** Resolves when it waits in front of a stage. Throws if it ends before. */
  public async waitsFor(stage: string): Promise<void> {
    await this.comesTo(`waits for ${stage}`, () => this.stage(stage).inbound.includes(this.execution));
  }

  /** The variables that an action has put out, by its namespace. */
  public output(namespace: string): Record<string, string> {
    return this.execution.outputs.get(namespace) ?? {};
  }

  /** What an action of it has written, the last time. */
  public log(stage: string, action = this.stage(stage).declaration.actions[0].name): string {
    return readFileSync(this.run(stage, action).logFile, 'utf8');
  }

  /** Where an action of it has worked, the last time. */
  public folder(stage: string, action = this.stage(stage).declaration.actions[0].name): string {
    return this.run(stage, action).folder;
  }

  private run(stage: string, action: string): ActionRun {
    const run = this.execution.actions.get(`${stage}/${action}`);
    if (!run) throw new Error(`${action} of ${stage} has not run in ${this.id}`);
    return run;
  }

  private stage(name: string) {
    const stage = this.engine.stages.find(other => other.name === name);
    if (!stage) throw new Error(`there is no stage ${name}`);
    return stage;
  }

  private async comesTo(what: string, isSo: () => boolean): Promise<void> {
    await this.changes.until(() => {
      if (!isSo() && this.execution.hasEnded) throw new Error(`the execution has ended before it ${what}: ${this.stages.join(', ')}`);
      return isSo();
    });
  }
}
