import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-codepipeline';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, CfnFunction, Code, Function, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BootstrapRoles } from './bootstrap-roles';
import { ALARM_NAMES, CONTROL_TABLE_NAME, GateQuestion, LOST_REGIONS, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';
import { controlTableName } from './control-table';
import { isForeign, SystemPlan } from './deployment-plan';
import { acknowledge, acknowledgeInlinePolicies, regulated } from '../system/acknowledge';
import { handlerBundle } from '../system/handler-bundle';
import { allowTracing } from '../regional-function/tracing';

export interface DeploymentGateProps {
  readonly plan: SystemPlan;
  /** The regions to ask. */
  readonly regions: string[];
  readonly roles: BootstrapRoles;
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly logRetention: RetentionDays;
  readonly logKey?: IKey;
}

/**
 * Refuses to let an execution into a region while another one is evacuated, while an alarm is red, or while it cannot know.
 *
 * It is a function in the pipeline's region that asks all regions of one system. A rollback is always let in: it is what makes an alarm green again.
 */
export class DeploymentGate extends Construct {
  public readonly function: Function;

  constructor(scope: Construct, id: string, private readonly props: DeploymentGateProps) {
    super(scope, id);
    const { plan, regions, roles, pipelineName } = props;
    const stack = Stack.of(this);
    const foreign = isForeign(plan.system, stack);
    const logGroup = new LogGroup(this, 'Logs', { encryptionKey: props.logKey, retention: props.logRetention, removalPolicy: RemovalPolicy.RETAIN });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `asks the regions of ${plan.system.namePrefix} whether they may be deployed to`,
    });
    logGroup.grantWrite(role);
    acknowledgeInlinePolicies(role);
    this.function = new Function(this, 'Function', {
      description: `tells whether a region of ${plan.system.namePrefix} may be deployed to`,
      code: Code.fromAsset(handlerBundle('multi-region-pipeline/deployment-gate')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.minutes(1),
      // a refusal is an answer, and asking again by itself would not change it
      retryAttempts: 0,
      environment: {
        [PIPELINE_NAME]: pipelineName,
        [SYSTEM_REGIONS]: regions.join(','),
        [CONTROL_TABLE_NAME]: controlTableName(plan.system),
        [ALARM_NAMES]: JSON.stringify(Object.fromEntries(regions.map(region => [region, plan.alarmNames[region]]))),
        [ROLE_ARNS]: foreign ? stack.toJsonString(Object.fromEntries(regions.map(region => [region, roles.reading(region)]))) : '{}',
      },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
    });
    (this.function.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
    const nobodyWaits = 'CodePipeline asks, waits for the answer and stops without one: a question kept for later has nobody left who waits';
    acknowledge(
      this.function,
      { id: 'Serverless-LambdaDLQ', reason: nobodyWaits },
      { id: 'Serverless-LambdaAsyncFailureDestination', reason: nobodyWaits },
      ...regulated('LambdaDLQ', nobodyWaits),
      ...regulated('LambdaConcurrency', 'CodePipeline asks one question at a time'),
      ...regulated('LambdaInsideVPC', 'it asks all regions, and the endpoints of a VPC lead to its own region only'),
    );
    allowTracing(this, role);
    this.allowAnswering(role);
    if (foreign) {
      this.allow('Read', role, ['sts:AssumeRole'], regions.map(region => roles.reading(region)));
    } else {
      this.allow('Read', role, ['dynamodb:GetItem'], regions.map(region => stack.formatArn({ service: 'dynamodb', region, resource: 'table', resourceName: controlTableName(plan.system) })));
      allowDescribingAlarms(this, role, regions);
    }
  }

  /** The rule by which a stage asks. */
  public rule(stage: string, targets: string[]): Rule {
    const question: GateQuestion = { stage, targets, lost: `#{variables.${LOST_REGIONS}}` };
    return new Rule({ name: `${stage}-gate`, provider: 'LambdaInvoke', version: '1', configuration: { FunctionName: this.function.functionName, UserParameters: JSON.stringify(question) } });
  }

  private allowAnswering(role: Role): void {
    this.allow('Ask', role, ['codepipeline:GetPipelineState'], [this.props.pipelineArn]);
    const policy = this.allow('Answer', role, ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult'], ['*']);
    acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CodePipeline\'s actions for answering a job know no resources: the job\'s id, which only the asked function gets, is the key' });
  }

  private allow(id: string, role: Role, actions: string[], resources: string[]): Policy {
    const policy = new Policy(this, id, { roles: [role], statements: [new PolicyStatement({ actions, resources })] });
    acknowledgeInlinePolicies(policy);
    return policy;
  }
}

/**
 * Lets a role see the state of alarms in some regions.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function allowDescribingAlarms(scope: Construct, role: Role, regions: string[]): Policy {
  const policy = new Policy(scope, 'Alarms', {
    roles: [role],
    statements: [new PolicyStatement({
      actions: ['cloudwatch:DescribeAlarms'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': regions } },
    })],
  });
  acknowledgeInlinePolicies(policy);
  acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CloudWatch shows composite alarms only to those who may describe all alarms; the condition leaves the regions that are asked' });
  return policy;
}
