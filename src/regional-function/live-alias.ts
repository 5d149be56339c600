import { Stack } from 'aws-cdk-lib';
import { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnDeploymentGroup, ILambdaDeploymentConfig, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { codeDeployOf } from './code-deploy';
import { RegionalFunction } from './regional-function';
import { TrafficShift } from '../system/traffic-shift';

/** The alias that requests, events and workflows call. */
export const LIVE = 'live';

export interface LiveAliasProps {
  readonly deploymentConfig: ILambdaDeploymentConfig;
  /** The alarms that roll a deployment back. */
  readonly alarms: IAlarm[];
}

/** The alias `live` of a function, which CodeDeploy shifts to each new version. */
export class LiveAlias {
  public readonly alias: Alias;
  public readonly deploymentGroup: LambdaDeploymentGroup;

  constructor(scope: Construct, fn: RegionalFunction, { deploymentConfig, alarms }: LiveAliasProps) {
    this.alias = new Alias(scope, 'Live', { aliasName: LIVE, version: fn.function.currentVersion });
    const { application, role } = codeDeployOf(Stack.of(scope));
    this.deploymentGroup = new LambdaDeploymentGroup(scope, 'Deployment', {
      application,
      role,
      alias: this.alias,
      deploymentConfig,
      alarms,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: alarms.length > 0 },
    });
    const group = this.deploymentGroup.node.defaultChild as CfnDeploymentGroup;
    // said, since nothing documents that the reference in the update policy counts: how traffic moves must be known before it does
    this.alias.node.defaultChild!.node.addDependency(group);
    // at the L1, because the L2 takes no condition
    const shift = TrafficShift.of(Stack.of(scope));
    const atOnce = LambdaDeploymentConfig.ALL_AT_ONCE.deploymentConfigName;
    group.deploymentConfigName = shift.choose(atOnce, deploymentConfig.deploymentConfigName).toString();
    if (alarms.length > 0) group.addPropertyOverride('AlarmConfiguration.Enabled', shift.choose(false, true));
  }
}
