import { IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeInlinePolicies } from './acknowledge';

/**
 * Lets a role send X-Ray segments, by a policy of its own.
 *
 * The L2 constructs would put this wildcard into the role's default policy, where acknowledging it would also hide any wildcard that a
 * user adds: so tracing is switched on at the L1, and permitted here.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
export function allowTracing(scope: Construct, role: IRole): Policy {
  const policy = new Policy(scope, 'Tracing', {
    roles: [role],
    statements: [new PolicyStatement({
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
      resources: ['*'],
    })],
  });
  acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'X-Ray\'s actions for sending segments know no resources' });
  acknowledgeInlinePolicies(policy);
  return policy;
}
