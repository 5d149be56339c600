import { Acknowledgment, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Acknowledges findings of compliance checks, each with the limitation that forces it. Give the smallest construct that has them: a
 * wildcard that a user adds to the same role must still be found.
 */
export function acknowledge(construct: IConstruct, ...findings: Acknowledgment[]): void {
  Validations.of(construct).acknowledge(...findings);
}
