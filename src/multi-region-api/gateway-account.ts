import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct, IDependable } from 'constructs';
import { acknowledge } from '../system/acknowledge';

const ID = 'ApiGatewayAccount';

/**
 * Returns the setting that lets API Gateway write execution logs. It exists once per account and region, so one is made per stack, and it
 * stays when the stack goes, for the sake of other APIs.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html
 */
export function gatewayAccountOf(stack: Stack): IDependable {
  return stack.node.tryFindChild(ID) ?? new GatewayAccount(stack, ID);
}

class GatewayAccount extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs')],
      description: 'writes API Gateway\'s execution logs',
    });
    acknowledge(role, {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'API Gateway requires these permissions, for log groups that it names itself',
    });
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    [role, account].forEach(resource => resource.applyRemovalPolicy(RemovalPolicy.RETAIN));
  }
}
