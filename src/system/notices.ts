import { Annotations, Stack, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isAcknowledged } from './acknowledge';

/** An annotation for the synthesis. */
export interface Notice {
  readonly level: 'warning' | 'info';
  readonly owner: IConstruct;
  readonly id: string;
  readonly message: string;
}

/**
 * The annotations for the synthesis that wait until there is a stack to attach them to: the CDK CLI prints only what is attached to something inside a stack.
 *
 * @see https://github.com/aws/aws-cdk/issues/36514
 */
export class Notices {
  private readonly waiting: Notice[] = [];

  public add(notice: Notice): void {
    this.waiting.push(notice);
  }

  /** Attaches all to a stack, but for those that their owner, or what it is in, has acknowledged. */
  public attachTo(home: Stack): void {
    for (const { level, owner, id, message } of this.waiting.splice(0)) {
      if (isAcknowledged(owner, id)) continue;
      if (level === 'warning') Validations.of(home).addWarning(id, message);
      else Annotations.of(home).addInfoV2(id, message);
    }
  }
}
