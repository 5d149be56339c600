import { Lazy } from 'aws-cdk-lib';
import { CfnRole, IManagedPolicy, IPrincipal, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeInlinePolicies } from './acknowledge';
import { invalidProp } from './errors';

/** The characters that IAM takes for all inline policies of a role, white space left out. */
const MAX_INLINE_POLICY_SIZE = 10_240;

/** So few actions and resources together are below it, even if each was as long as an ARN gets. */
const FEW_ENTRIES = 24;

export interface InlineRoleProps {
  readonly assumedBy: IPrincipal;
  readonly description: string;
  readonly managedPolicies?: IManagedPolicy[];
}

/**
 * Creates a role whose permissions are a part of it, whoever adds them.
 *
 * The L2 puts them into an `AWS::IAM::Policy` beside the role: a resource more for each role, and nothing that names the role waits for it. What a service checks when it is given
 * the role, such as Lambda's permission for X-Ray, would then be a race between two resources.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function inlineRole(scope: Construct, id: string, props: InlineRoleProps): Role {
  const role = new Role(scope, id, props);
  const permissions = new PolicyDocument();
  const statements: PolicyStatement[] = [];
  role.addToPrincipalPolicy = (statement: PolicyStatement) => {
    permissions.addStatements(statement);
    statements.push(statement);
    // only now, because IAM refuses a policy without statements; and lazily, because most statements come later
    (role.node.defaultChild as CfnRole).policies ??= Lazy.any({ produce: () => [{ policyName: 'Permissions', policyDocument: permissions }] });
    return { statementAdded: true, policyDependable: role };
  };
  role.node.addValidation({ validate: () => permissions.validateForIdentityPolicy() });
  role.node.addValidation({
    validate: () => {
      // most roles are far from it: these are not rendered once more for it
      const entries = statements.reduce((sum, { actions, resources }) => sum + actions.length + resources.length, 0);
      if (entries < FEW_ENTRIES) return [];
      const size = sizeOf(role.stack.resolve(permissions));
      return size <= MAX_INLINE_POLICY_SIZE ? [] : [
        invalidProp(role, 'the permissions of the role together', `${size} characters`, `${MAX_INLINE_POLICY_SIZE} characters, which is IAM's quota: split what the role is for`).message,
      ];
    },
  });
  acknowledgeInlinePolicies(role);
  return role;
}

/** Returns the size of a policy as the service counts it, with pseudo parameters and references as long as what they stand for is at most. */
export function sizeOf(document: unknown): number {
  return JSON.stringify(document, (_, value) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('Ref' in value) return value.Ref === 'AWS::Partition' ? 'aws-us-gov' : 'x'.repeat(value.Ref === 'AWS::AccountId' ? 12 : 64);
    if ('Fn::GetAtt' in value) return 'x'.repeat(128);
    if ('Fn::Join' in value) return value['Fn::Join'][1].map((part: any) => (typeof part === 'string' ? part : JSON.parse(`"${'x'.repeat(Math.max(0, sizeOf(part) - 2))}"`))).join(value['Fn::Join'][0]);
    return value;
  })?.length ?? 0;
}
