import { Stack } from 'aws-cdk-lib';
import { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ILambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { codeDeployOf } from './code-deploy';
import { RegionalFunction } from './regional-function';

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
  }
}
