import { Acknowledgment, ArnComponents, Stack, Token, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Acknowledges findings of compliance checks, each with the limitation that forces it. Give the smallest construct that has them: a
 * wildcard that a user adds to the same role must still be found.
 */
export function acknowledge(construct: IConstruct, ...findings: Acknowledgment[]): void {
  Validations.of(construct).acknowledge(...findings);
}

/** The id of the finding that a policy names an ARN with a wildcard, in the words of cdk-nag, to which an unresolved account or partition has a name. */
export function wildcardFinding(stack: Stack, arn: Omit<ArnComponents, 'partition' | 'account'>): string {
  const shown = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
  const text = stack.formatArn({ region: stack.region, ...arn, partition: shown(stack.partition, 'Partition'), account: shown(stack.account, 'AccountId') });
  return `AwsSolutions-IAM5[Resource::${text}]`;
}
