import { IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../system/acknowledge';

/**
 * Creates the policy that lets a role see the state of alarms in some regions. A managed one, so that the wildcard is acknowledged where it is, and nowhere else.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function describeAlarmsPolicy(scope: Construct, regions: string[]): IManagedPolicy {
  const policy = new ManagedPolicy(scope, 'Alarms', {
    description: 'sees the state of alarms',
    statements: [new PolicyStatement({
      actions: ['cloudwatch:DescribeAlarms'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': regions } },
    })],
  });
  acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CloudWatch shows composite alarms only to those who may describe all alarms; the condition leaves the regions that are asked' });
  return policy;
}
