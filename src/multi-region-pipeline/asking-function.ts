import { Duration, Stack } from 'aws-cdk-lib';
import { IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { describeAlarmsPolicy } from './alarm-access';
import { BootstrapRoles } from './bootstrap-roles';
import { ALARM_NAMES, KNOWN_REGIONS, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';
import { isForeign, SystemPlan } from './deployment-plan';
import { RegionalFunction } from '../regional-function/regional-function';
import { acknowledge, regulatoryAcknowledgments } from '../system/acknowledge';
import { handlerBundle } from '../system/handler-bundle';

const NOBODY_WAITS = 'CodePipeline asks, waits for the answer and stops without one: a question kept for later has nobody left who waits';

/** The subject of the functions of one system: what they ask, and for whom. */
export interface AskingProps {
  readonly plan: SystemPlan;
  /** The regions to ask. */
  readonly regions: string[];
  /** The regions of all systems of the pipeline. */
  readonly knownRegions: string[];
  readonly roles: BootstrapRoles;
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly logRetention: RetentionDays;
  /** Encrypts the log and the environment variables. */
  readonly key?: IKey;
}

export interface AskingFunctionProps extends AskingProps {
  readonly description: string;
  /** The name of the handler, in this folder. */
  readonly handler: string;
  readonly environment?: { [name: string]: string };
}

/**
 * Creates a function in the pipeline's region that an action invokes, and that asks the regions of one system for the state of their alarms and the
 * pipeline for that of its stages.
 */
export function askingFunction(scope: Construct, props: AskingFunctionProps): RegionalFunction {
  const { plan, regions, roles } = props;
  const stack = Stack.of(scope);
  const foreign = isForeign(plan.system, stack);
  const fn = new RegionalFunction(scope, {
    description: props.description,
    code: Code.fromAsset(handlerBundle(`multi-region-pipeline/${props.handler}`)),
    memorySize: 256,
    timeout: Duration.minutes(1),
    // CodePipeline asks again by itself while an action goes on; to ask twice for one answer would change nothing
    retryAttempts: 0,
    environment: {
      ...props.environment,
      [PIPELINE_NAME]: props.pipelineName,
      [SYSTEM_REGIONS]: regions.join(','),
      [KNOWN_REGIONS]: props.knownRegions.join(','),
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
    ...regulatoryAcknowledgments('LambdaConcurrency', 'CodePipeline asks one question at a time'),
    ...regulatoryAcknowledgments('LambdaInsideVPC', 'it asks all regions, and the endpoints of a VPC lead to its own region only'),
  );
  fn.allow(['codepipeline:GetPipelineState'], [props.pipelineArn]);
  fn.role.addManagedPolicy(answeringPolicyOf(stack));
  if (foreign) fn.allow(['sts:AssumeRole'], regions.map(region => roles.reading(region)));
  else fn.role.addManagedPolicy(describeAlarmsPolicy(scope, regions));
  return fn;
}

const ANSWERING = 'AnsweringCodePipeline';

/**
 * Returns the policy that lets functions of a stack answer. A managed one for the reason that `tracingPolicyOf` gives.
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
