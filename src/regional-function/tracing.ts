import { Stack } from 'aws-cdk-lib';
import { IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../system/acknowledge';

const ID = 'Tracing';

/**
 * Returns the policy that lets roles of a stack send X-Ray segments.
 *
 * A managed one, because all roles need the same: a policy of its own for each would be a resource more for each. And not a statement of theirs, because it has a wildcard: acknowledging that in a role would hide
 * any wildcard that a user adds there. The roles name it, so it is there before whatever uses them: Lambda checks when it creates a function with active tracing that its role may send segments.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
export function tracingPolicyOf(stack: Stack): IManagedPolicy {
  const existing = stack.node.tryFindChild(ID);
  if (existing instanceof ManagedPolicy) return existing;
  const policy = new ManagedPolicy(stack, ID, {
    description: `sends X-Ray segments of ${stack.stackName}`,
    statements: [new PolicyStatement({
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
      resources: ['*'],
    })],
  });
  acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'X-Ray\'s actions for sending segments know no resources' });
  return policy;
}
