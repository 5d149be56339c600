import { Stack } from 'aws-cdk-lib';
import { IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../system/acknowledge';

const ID = 'LogDelivery';

/**
 * Returns the policy that lets state machines of a stack write their logs. A managed one for the same reasons as the policy for traces: see tracingPolicyOf.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
 */
export function logDeliveryPolicyOf(stack: Stack): IManagedPolicy {
  const existing = stack.node.tryFindChild(ID);
  if (existing instanceof ManagedPolicy) return existing;
  const policy = new ManagedPolicy(stack, ID, {
    description: `delivers logs of state machines in ${stack.stackName}`,
    statements: [new PolicyStatement({
      actions: [
        'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
        'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
      ],
      resources: ['*'],
    })],
  });
  acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CloudWatch Logs\' actions for log delivery know no resources' });
  return policy;
}
