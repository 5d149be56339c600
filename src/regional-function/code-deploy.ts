import { Stack } from 'aws-cdk-lib';
import { LambdaApplication } from 'aws-cdk-lib/aws-codedeploy';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../system/acknowledge';
import { inlineRole } from '../system/inline-role';

const ID = 'CodeDeploy';

/** Returns the CodeDeploy application and role that all functions of a region's stack share. */
export function codeDeployOf(stack: Stack): CodeDeploy {
  return (stack.node.tryFindChild(ID) as CodeDeploy | undefined) ?? new CodeDeploy(stack, ID);
}

class CodeDeploy extends Construct {
  public readonly application = new LambdaApplication(this, 'Application');
  public readonly role = inlineRole(this, 'Role', {
    assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
    description: `shifts the live aliases in ${Stack.of(this).region}`,
  });

  constructor(scope: Construct, id: string) {
    super(scope, id);
    acknowledge(this.role, {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason: 'AWS maintains this policy as the least that CodeDeploy needs to shift Lambda aliases, and the CDK always attaches it to a deployment group\'s role',
    });
  }
}
