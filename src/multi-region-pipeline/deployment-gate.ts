import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-codepipeline';
import { IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Code, Function } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { describeAlarmsPolicy } from './alarm-access';
import { BootstrapRoles } from './bootstrap-roles';
import { ALARM_NAMES, GateQuestion, LOST_REGIONS, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';
import { isForeign, SystemPlan } from './deployment-plan';
import { CONTROL_TABLE_NAME, controlTableName } from '../evacuation-switch/constants';
import { RegionalFunction } from '../regional-function/regional-function';
import { acknowledge, regulated } from '../system/acknowledge';
import { handlerBundle } from '../system/handler-bundle';

const NOBODY_WAITS = 'CodePipeline asks, waits for the answer and stops without one: a question kept for later has nobody left who waits';

export interface DeploymentGateProps {
  readonly plan: SystemPlan;
  /** The regions to ask. */
  readonly regions: string[];
  readonly roles: BootstrapRoles;
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly logRetention: RetentionDays;
  /** Encrypts the log and the environment variables. */
  readonly key?: IKey;
}

/**
 * Refuses to let an execution into a region while another one is evacuated, while an alarm is in ALARM, or while it cannot know.
 *
 * It is a function in the pipeline's region that asks all regions of one system. A rollback is always let in: it is what brings an alarm back to OK.
 */
export class DeploymentGate extends Construct {
  public readonly function: Function;

  constructor(scope: Construct, id: string, props: DeploymentGateProps) {
    super(scope, id);
    const { plan, regions, roles, pipelineName } = props;
    const stack = Stack.of(this);
    const foreign = isForeign(plan.system, stack);
    const tableName = controlTableName(plan.system.namePrefix);
    const fn = new RegionalFunction(this, {
      description: `answers whether a region of ${plan.system.namePrefix} may be deployed to`,
      code: Code.fromAsset(handlerBundle('multi-region-pipeline/deployment-gate')),
      memorySize: 256,
      timeout: Duration.minutes(1),
      // a refusal is an answer, and asking again by itself would not change it
      retryAttempts: 0,
      environment: {
        [PIPELINE_NAME]: pipelineName,
        [SYSTEM_REGIONS]: regions.join(','),
        [CONTROL_TABLE_NAME]: tableName,
        [ALARM_NAMES]: JSON.stringify(Object.fromEntries(regions.map(region => [region, plan.alarmNames[region]]))),
        [ROLE_ARNS]: foreign ? stack.toJsonString(Object.fromEntries(regions.map(region => [region, roles.reading(region)]))) : '{}',
      },
      logRetention: props.logRetention,
      key: props.key,
      withoutDeadLetterQueue: NOBODY_WAITS,
    });
    acknowledge(
      fn.function,
      { id: 'Serverless-LambdaAsyncFailureDestination', reason: NOBODY_WAITS },
      ...regulated('LambdaConcurrency', 'CodePipeline asks one question at a time'),
      ...regulated('LambdaInsideVPC', 'it asks all regions, and the endpoints of a VPC lead to its own region only'),
    );
    fn.allow(['codepipeline:GetPipelineState'], [props.pipelineArn]);
    fn.role.addManagedPolicy(answeringPolicyOf(stack));
    if (foreign) {
      fn.allow(['sts:AssumeRole'], regions.map(region => roles.reading(region)));
    } else {
      fn.allow(['dynamodb:GetItem'], regions.map(region => stack.formatArn({ service: 'dynamodb', region, resource: 'table', resourceName: tableName })));
      fn.role.addManagedPolicy(describeAlarmsPolicy(this, regions));
    }
    this.function = fn.function;
  }

  /** The rule by which a stage asks. */
  public rule(stage: string, targets: string[]): Rule {
    const question: GateQuestion = { stage, targets, lost: `#{variables.${LOST_REGIONS}}` };
    return new Rule({ name: `${stage}-gate`, provider: 'LambdaInvoke', version: '1', configuration: { FunctionName: this.function.functionName, UserParameters: JSON.stringify(question) } });
  }
}

const ANSWERING = 'AnsweringCodePipeline';

/**
 * The policy that lets gates of a stack answer. A managed one for the reason that `tracingPolicyOf` gives.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
 */
function answeringPolicyOf(stack: Stack): IManagedPolicy {
  const existing = stack.node.tryFindChild(ANSWERING);
  if (existing instanceof ManagedPolicy) return existing;
  const policy = new ManagedPolicy(stack, ANSWERING, {
    description: `answers jobs of CodePipeline in ${stack.stackName}`,
    statements: [new PolicyStatement({ actions: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult'], resources: ['*'] })],
  });
  acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CodePipeline\'s actions for answering a job know no resources: the job\'s id, which only the asked function gets, is the key' });
  return policy;
}
