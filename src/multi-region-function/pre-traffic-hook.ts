import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { LiveAlias } from '../regional-function/live-alias';
import { RegionalFunction } from '../regional-function/regional-function';
import { RegionalScope } from '../system/regional-scope';

/**
 * Has CodeDeploy call a function of the region before it shifts traffic of an alias.
 *
 * Not by the L2, which would let CodeDeploy invoke every version of it by a wildcard.
 */
export function callBeforeTraffic(scope: RegionalScope, { alias, deploymentGroup }: LiveAlias, hook: RegionalFunction, hookName: string): void {
  const policy = (alias.node.defaultChild as CfnAlias).cfnOptions;
  policy.updatePolicy = {
    codeDeployLambdaAliasUpdate: { ...policy.updatePolicy!.codeDeployLambdaAliasUpdate!, beforeAllowTrafficHook: hook.function.functionName },
  };
  // by its literal ARN: the hook's role names the deployment group, which names the role of CodeDeploy
  deploymentGroup.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [scope.functionArn(hookName)] }));
  scope.reach('codedeploy');
  hook.allow(['codedeploy:PutLifecycleEventHookExecutionStatus'], [deploymentGroup.deploymentGroupArn]);
}
