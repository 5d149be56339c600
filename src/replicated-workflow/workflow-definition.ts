import { readFileSync } from 'fs';
import { IConstruct } from 'constructs';
import { MultiRegionFunction } from '../multi-region-function';
import { invalidProp } from '../private/errors';

/** What the placeholders of a workflow definition stand for. */
export interface WorkflowDefinitionOptions {
  /**
   * Functions by placeholder: `${Charge}` becomes the ARN of that function's live alias in the region, and the workflow may invoke it.
   *
   * @default {}
   */
  readonly functions?: { [placeholder: string]: MultiRegionFunction };

  /**
   * Other values by placeholder, equal in every region, such as a table's name.
   *
   * @default {}
   */
  readonly substitutions?: { [placeholder: string]: string };
}

/** Where a workflow's steps come from. */
export class WorkflowDefinition {
  /**
   * A file in the Amazon States Language, the same for every region, with placeholders such as `${Charge}`.
   *
   * When used, it throws if the file cannot be read or is not a state machine, or if placeholders and what is given for them differ.
   *
   * @see https://states-language.net
   */
  public static fromFile(path: string, options: WorkflowDefinitionOptions = {}): WorkflowDefinition {
    return new WorkflowDefinition(path, options.functions ?? {}, options.substitutions ?? {});
  }

  private constructor(
    private readonly path: string,
    /** @internal */
    public readonly _functions: { [placeholder: string]: MultiRegionFunction },
    private readonly substitutions: { [placeholder: string]: string },
  ) {}

  /** @internal */
  public _read(owner: IConstruct): string {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      throw invalidProp(owner, 'definition', this.path, `the path of a readable file (${(error as Error).message})`);
    }
    this.requireStateMachine(owner, text);
    const used = new Set([...text.matchAll(/\$\{([A-Za-z0-9_.-]+)\}/g)].map(match => match[1]));
    const given = [...Object.keys(this._functions), ...Object.keys(this.substitutions)];
    for (const placeholder of used) {
      if (!given.includes(placeholder)) {
        throw invalidProp(owner, `definition ${this.path}: placeholder`, placeholder, given.length > 0 ? `one of ${given.join(', ')}` : 'none, as neither functions nor substitutions are given');
      }
    }
    for (const placeholder of given) {
      if (!used.has(placeholder)) {
        throw invalidProp(owner, 'functions and substitutions', placeholder, `what ${this.path} uses: ${[...used].join(', ') || 'nothing'}`);
      }
    }
    const twice = Object.keys(this._functions).find(placeholder => placeholder in this.substitutions);
    if (twice) {
      throw invalidProp(owner, 'functions and substitutions', twice, 'a placeholder in one of the two');
    }
    return text;
  }

  /** @internal */
  public _substitutionsIn(region: string): { [placeholder: string]: string } {
    return {
      ...this.substitutions,
      ...Object.fromEntries(Object.entries(this._functions).map(([placeholder, fn]) => [placeholder, fn.inRegion(region).functionArn])),
    };
  }

  private requireStateMachine(owner: IConstruct, text: string): void {
    let definition: any;
    try {
      definition = JSON.parse(text);
    } catch (error) {
      throw invalidProp(owner, 'definition', this.path, `a file in the Amazon States Language, which is JSON (${(error as Error).message})`);
    }
    if (typeof definition?.StartAt !== 'string' || typeof definition.States !== 'object' || !(definition.StartAt in (definition.States ?? {}))) {
      throw invalidProp(owner, 'definition', this.path, 'a state machine: States, and StartAt naming one of them');
    }
  }
}
