import { Aspects, Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import { ComputeType } from 'aws-cdk-lib/aws-codebuild';
import { Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { planSystem, SystemPlan, withoutRegion } from './deployment-plan';
import { WarnOfEmptySystem } from './empty-system';
import { PipelineSettings, resolveSettings } from './pipeline-settings';
import { PipelineSource } from './pipeline-source';
import { PipelineStageProps } from './pipeline-stage';
import { RegionalPipeline } from './regional-pipeline';
import { invalidProp, requireLiteral } from '../system/errors';
import { ComplianceMode } from '../system/compliance-mode';
import { MultiRegionSystem } from '../system/multi-region-system';

/** What CodePipeline takes, source and build included. */
const MAX_STAGES = 50;

/** Properties of a `MultiRegionPipeline`. */
export interface MultiRegionPipelineProps {
  /** Where the application comes from. */
  readonly source: PipelineSource;

  /** The systems to deploy, in order: a staging system first, for example, then the one for production, in whatever accounts they are. */
  readonly stages: PipelineStageProps[];

  /**
   * The pipeline's name, which its projects' names begin with.
   *
   * @default - the construct's path
   */
  readonly pipelineName?: string;

  /**
   * The folder of the CDK app in the repository. All commands run in it.
   *
   * @default '.'
   */
  readonly directory?: string;

  /**
   * The commands, for bash, that install what the app needs. The CDK CLI, the package `aws-cdk`, must be among it: the one that is installed here is
   * the one that deploys.
   *
   * @default ['npm ci']
   */
  readonly installCommands?: string[];

  /**
   * The commands that test the app. What they write to `test-reports/` as JUnit XML is shown as the build's report.
   *
   * @default ['npm test']
   */
  readonly testCommands?: string[];

  /**
   * The commands that synthesize the app to the folder `cdk.out`.
   *
   * @default ['npx cdk synth --quiet']
   */
  readonly synthCommands?: string[];

  /**
   * The major version of Node.js of all commands.
   *
   * @default '22'
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/available-runtimes.html
   */
  readonly nodeVersion?: string;

  /**
   * The size of the machine that builds. Deployments always run on the smallest.
   *
   * @default ComputeType.MEDIUM
   */
  readonly buildComputeType?: ComputeType;

  /**
   * How long a build may take.
   *
   * @default Duration.hours(1)
   */
  readonly buildTimeout?: Duration;

  /**
   * How long the deployment of one stack may take, CodeDeploy's shifting of traffic included.
   *
   * @default Duration.hours(1)
   */
  readonly deployTimeout?: Duration;

  /**
   * The qualifier that the regions were bootstrapped with.
   *
   * @default - the one that the systems' stacks are synthesized for, usually `hnb659fds`
   */
  readonly qualifier?: string;

  /**
   * A topic of this stack, or one that is imported into it, that is told of executions that failed, were stopped or roll back, and of approvals that
   * are waited for. An imported topic must let `events.amazonaws.com` publish, and so must its key.
   *
   * @default - nobody is told; an approval needs a topic
   */
  readonly notificationTopic?: ITopic;

  /**
   * How long artifacts are kept. An execution whose artifacts are gone cannot be rolled back to.
   *
   * @default Duration.days(365), as long as CodePipeline remembers executions
   */
  readonly artifactRetention?: Duration;

  /**
   * How long logs of builds and deployments are kept.
   *
   * @default RetentionDays.SIX_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * A region in which the same pipeline stands by, switched off, in a stack beside this one. When this pipeline's region is lost, it deploys to all
   * others: what is in the lost region, it leaves out. It costs a key and a stored copy of nothing, about 1 USD a month.
   *
   * @default - no standby: without this pipeline's region nothing can be deployed, by a pipeline
   */
  readonly standbyRegion?: string;

  /**
   * The literal ARN of a topic in the standby region that is told what the standby pipeline does.
   *
   * @default - nobody is told
   */
  readonly standbyNotificationTopicArn?: string;

  /**
   * Which compliance rules are satisfied. STRICT encrypts the logs with the artifacts' key, and keeps versions of access logs: next to nothing a month.
   *
   * @default ComplianceMode.STANDARD
   */
  readonly compliance?: ComplianceMode;
}

/**
 * Deploys systems region by region, and takes a region back when it does not look well.
 *
 * The application is installed, tested and synthesized once; what comes out of that is what all regions get, by the CDK CLI that was installed with
 * it. For each system: the global stack, then the primary region, then one secondary region after the other. Before a region is touched, a gate asks
 * all regions of its system, and stays closed while one of the others is evacuated, while an alarm is red, or while one does not answer. Afterwards
 * the region bakes: when its alarm goes off, CodePipeline deploys the region's stack of the last good execution again, and nothing goes on to the
 * next region. Executions wait for each other.
 *
 * From a commit to two regions it takes about 46 minutes on paper: 1 for the source, 5 for the build, 2 for the global stack, and for each region 9
 * for its stack, of which 5 are the canary of the functions, and 10 for the bake.
 *
 * The pipeline does not change itself, and nothing of what it deploys is in its template: it is deployed by hand, when regions, systems or its own
 * settings change. The first execution after such a change has no way back, because CodePipeline rolls back only to executions of the same structure.
 *
 * Region loss: while the pipeline's own region is lost, it deploys nothing; the standby pipeline does. While another region is lost, the gates stay
 * closed until somebody overrides them, or starts an execution with the variable `lostRegions`.
 *
 * Cost: about 1 USD a month for the key, the minutes of CodePipeline and CodeBuild, and 90 days of access logs.
 *
 * Throws if the scope is in no stack, in a stack without a literal region, or in a system's; if there is no stage, or one without a system or with
 * one that another stage has; if the source, a bake, a wave, a window or a name is not acceptable; and if there is an approval without a topic.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
 */
export class MultiRegionPipeline extends Construct {
  /** The pipeline. Its stages can be added to, which changes its structure. */
  public readonly pipeline: Pipeline;
  /** The pipeline in the standby region, if there is one. */
  public readonly standbyPipeline?: Pipeline;
  /** The stack of the standby pipeline. */
  public readonly standbyStack?: Stack;

  constructor(scope: Construct, id: string, props: MultiRegionPipelineProps) {
    super(scope, id);
    const stack = this.requireStack();
    this.requireSource(props, stack.region);
    const plans = this.plan(props.stages);
    this.requireTopic(props, plans, stack);
    Aspects.of(this).add(new WarnOfEmptySystem(this, plans));
    const settings = resolveSettings(this, props, plans);
    this.pipeline = new RegionalPipeline(this, 'Regional', { ...settings, plans, topic: props.notificationTopic }).pipeline;
    if (props.standbyRegion !== undefined) {
      const standby = this.standby(stack, props, props.standbyRegion, settings, plans.flatMap(plan => withoutRegion(plan, stack.region)));
      this.standbyStack = Stack.of(standby);
      this.standbyPipeline = standby;
    }
  }

  private standby(home: Stack, props: MultiRegionPipelineProps, region: string, settings: PipelineSettings, plans: SystemPlan[]): Pipeline {
    requireLiteral(this, 'standbyRegion', region, /./, 'the literal name of an AWS region');
    const partition = RegionInfo.get(home.region).partition;
    if (region === home.region || RegionInfo.get(region).partition !== partition) {
      throw invalidProp(this, 'standbyRegion', region, `another region than the pipeline's (${home.region}), of the same partition`);
    }
    if (plans.length === 0) {
      throw invalidProp(this, 'standbyRegion', region, `none, because the systems are in ${home.region} alone, and nothing would be left to deploy to`);
    }
    if (connectionRegion(props.source._connectionArn(true)) === home.region) {
      Validations.of(this).addWarning('cdk-multi-region:standbyConnection',
        `the standby pipeline takes its source by a connection in ${home.region}, which is lost when the standby is needed: give source.standbyConnectionArn, of a connection in ${region}`);
    }
    const stack = new Stack(home.node.scope!, `${home.node.id}-standby`, {
      stackName: `${home.stackName}-standby`,
      description: `the pipeline ${settings.pipelineName}, standing by for the loss of ${home.region}`,
      env: { region, account: Token.isUnresolved(home.account) ? undefined : home.account },
    });
    const topic = this.standbyTopic(stack, region, props.standbyNotificationTopicArn);
    return new RegionalPipeline(stack, this.node.id, { ...settings, plans, topic, standbyFor: home.region }).pipeline;
  }

  private standbyTopic(stack: Stack, region: string, arn?: string): ITopic | undefined {
    if (arn === undefined) return undefined;
    requireLiteral(this, 'standbyNotificationTopicArn', arn, new RegExp(`^arn:[a-z-]+:sns:${region}:\\d{12}:[\\w-]+$`), `the literal ARN of a topic in ${region}`);
    return Topic.fromTopicArn(stack, 'NotificationTopic', arn);
  }

  private plan(stages: PipelineStageProps[]): SystemPlan[] {
    if (!Array.isArray(stages) || stages.length === 0) {
      throw invalidProp(this, 'stages', stages, 'at least one stage, with a system');
    }
    const plans = stages.map((stage, i) => planSystem(this, `stages[${i}]`, stage ?? {}));
    plans.forEach(({ system }, i) => {
      if (plans.findIndex(other => other.system.namePrefix === system.namePrefix) !== i) {
        throw invalidProp(this, `stages[${i}].system`, system.namePrefix, 'each system once');
      }
    });
    const count = 2 + plans.reduce((sum, plan) => sum + plan.stages.length + (plan.approval ? 1 : 0), 0);
    if (count > MAX_STAGES) {
      throw invalidProp(this, 'stages', `${count} stages with source and build`, `at most ${MAX_STAGES}: give waves of regions`);
    }
    return plans;
  }

  private requireStack(): Stack {
    const system = this.node.scopes.find(construct => construct instanceof MultiRegionSystem);
    if (system) {
      throw new Error(`scope is inside the system ${system.node.path}; allowed: a stack of your own, because the pipeline must not be deployed by itself [${this.node.path}]`);
    }
    const stack = Stack.of(this);
    if (Token.isUnresolved(stack.region)) {
      throw new Error(`scope is in the stack ${stack.node.path} without a literal region; allowed: a stack with env.region, because rules and roles name regions [${this.node.path}]`);
    }
    return stack;
  }

  private requireSource({ source, stages }: MultiRegionPipelineProps, region: string): void {
    if (!(source instanceof PipelineSource)) {
      throw invalidProp(this, 'source', source, 'PipelineSource.gitHub(\'owner/name\', { connectionArn })');
    }
    source._validate(this, region);
    if (source._takesPullRequests && Array.isArray(stages) && !stages[0]?.approval) {
      Validations.of(this).addWarning('cdk-multi-region:pullRequests', 'a pull request is deployed without anyone having approved it: set approval on the first stage');
    }
  }

  private requireTopic({ notificationTopic }: MultiRegionPipelineProps, plans: SystemPlan[], stack: Stack): void {
    if (notificationTopic === undefined) {
      const approval = plans.findIndex(plan => plan.approval);
      if (approval >= 0) {
        throw invalidProp(this, 'notificationTopic', notificationTopic, `a topic, because stages[${approval}] waits for an approval that somebody must be told of`);
      }
    } else if (Stack.of(notificationTopic) !== stack) {
      throw invalidProp(this, 'notificationTopic', notificationTopic.node.path, `a topic of the stack ${stack.node.path}, or Topic.fromTopicArn in it, because stacks do not refer to each other`);
    }
  }
}

function connectionRegion(arn: string): string | undefined {
  return Token.isUnresolved(arn) ? undefined : arn.split(':')[3];
}
