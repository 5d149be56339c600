import { ActionRun } from './action-run';
import { StageDeclaration } from './definition';
import { Execution } from './execution';
import { StageRun } from './stage-run';

export interface Transition {
  readonly isEnabled: boolean;
  readonly reason?: string;
  readonly changedAt: number;
}

/** A stage of a pipeline, with who is in it and who waits in front of it. */
export class Stage {
  /** In the order in which they came. */
  public readonly inbound: Execution[] = [];
  /** The last one to enter it. */
  public latest?: StageRun;
  /** The last runs of its actions, by their names: of an earlier execution, until the latest one has come to them. */
  public readonly actions: Map<string, ActionRun>;
  public transition: Transition;

  /** @param before what it was in the previous version of the pipeline */
  constructor(public readonly declaration: StageDeclaration, transition: Transition, before?: Stage) {
    this.transition = transition;
    this.latest = before?.latest;
    this.actions = before?.actions ?? new Map();
  }

  public get name(): string {
    return this.declaration.name;
  }

  /** One execution at a time: it is locked while one is in it. */
  public get isLocked(): boolean {
    return this.latest?.isUnderWay === true;
  }
}
