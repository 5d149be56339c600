import { Acknowledgment, ArnComponents, Stack, Token, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Acknowledges findings of compliance checks, each with the limitation that forces it. Give the smallest construct that has them: a
 * wildcard that a user adds to the same role must still be found.
 */
export function acknowledge(construct: IConstruct, ...findings: Acknowledgment[]): void {
  Validations.of(construct).acknowledge(...findings);
}

/** Returns whether a construct, or one that it is in, has acknowledged something by `Validations.of(construct).acknowledge`. */
export function isAcknowledged(owner: IConstruct, id: string): boolean {
  return owner.node.scopes.some(({ node }) => node.metadata.some(({ type, data }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY && Object.keys(data).some(key => key === id || key.endsWith(`::${id}`))));
}

/**
 * Returns the id of the finding that a policy names an ARN with a wildcard, in the words of cdk-nag, to which an unresolved account or partition has
 * a name.
 */
export function wildcardFinding(stack: Stack, arn: Omit<ArnComponents, 'partition' | 'account'>): string {
  const shown = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
  const text = stack.formatArn({ region: stack.region, ...arn, partition: shown(stack.partition, 'Partition'), account: shown(stack.account, 'AccountId') });
  return `AwsSolutions-IAM5[Resource::${text}]`;
}

const REGULATED_PACKS = ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'];

/** Returns the acknowledgments of a rule that NIST 800-53, HIPAA Security and PCI DSS share under one name. */
export function regulatoryAcknowledgments(rule: string, reason: string): Acknowledgment[] {
  return REGULATED_PACKS.map(pack => ({ id: `${pack}-${rule}`, reason }));
}

/**
 * Acknowledges that what roles may do is written in inline policies: those of the roles given here, and policies given here.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
 */
export function acknowledgeInlinePolicies(...owners: IConstruct[]): void {
  owners.forEach(owner => acknowledge(owner, ...regulatoryAcknowledgments('IAMNoInlinePolicy',
    'the policy is of one role only, and goes with it: for that, IAM has inline policies, since a managed one could be attached to anybody')));
}
