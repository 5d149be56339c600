import { Aspects, Stack, Token, Validations } from 'aws-cdk-lib';
import { Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { warnOfStandbyBuild } from './build-settings';
import { planSystem, SystemPlan, withoutRegion } from './deployment-plan';
import { WarnOfEmptySystem } from './empty-system';
import { MultiRegionPipelineProps } from './pipeline-props';
import { requirePipelineRegion } from './pipeline-region';
import { PipelineSettings, resolveSettings } from './pipeline-settings';
import { PipelineSource } from './pipeline-source';
import { PipelineStageProps } from './pipeline-stage';
import { RegionalPipeline } from './regional-pipeline';
import { invalidProp, requireLiteral } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/**
 * The most stages and actions of a pipeline, source and build included.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
 */
const MAX_STAGES = 50;
const MAX_ACTIONS = 500;

/**
 * Deploys systems region by region, and rolls a region back when its alarm is in ALARM afterwards.
 *
 * The application is installed, tested and synthesized once; what comes out of that is what all regions get, by the CDK CLI that was installed with
 * it. For each system: the global stack, then the primary region, then one secondary region after the other, in each the stacks of units before the system's own, and at last the mesh stacks of all
 * regions side by side: so a region is connected with its peers, and gets traffic, when all of them are there. A stack without resources is skipped.
 *
 * In front of each stage that deploys, a gate asks all regions of its system. It refuses while a region other than the stage's is evacuated, while an alarm is in ALARM, or while a region does not answer, and waits while another
 * execution deploys. After its deployment a region bakes: if its alarm is in ALARM meanwhile, or the deployment failed, CodePipeline deploys the region's stacks of the last good execution again, and the execution ends.
 *
 * From a commit to two regions it takes about 48 minutes on paper: 1 for the source, 5 for the build, 2 for the global stack, for each region 9
 * for its stack, of which 5 are the canary of the functions, and 10 for the bake, and 2 for the mesh stacks.
 *
 * The pipeline does not change itself, and nothing of what it deploys is in its template: it is deployed by hand, when regions, units, systems or its own
 * settings change. The first execution after such a change has no way back, because CodePipeline rolls back only to executions of the same structure.
 *
 * Region loss: while the pipeline's own region is lost, it deploys nothing; the standby pipeline does. While another region is lost, the gates refuse, until an execution is started with the variable `lostRegions`: its stages of
 * these regions succeed and deploy nothing. An execution that is to cure a region whose alarm is in ALARM, or that is evacuated, names it in the variable `unhealthyRegions`.
 *
 * Failures, stops, rollbacks and pending approvals are published to a topic of the pipeline's own stack, which is there before any system is.
 *
 * Cost: about 1 USD a month for each of the two keys, of artifacts and of the topic, 0.10 USD for an alarm, the minutes of CodePipeline and CodeBuild, and 90 days of access logs.
 *
 * Throws if the scope is in no stack, in a stack without a literal region or in one that has no CodePipeline, or in a system's; if there is no stage, or one without a system or with
 * one that another stage has; if there are more stages or actions than CodePipeline takes; if the source, the build, a bake, a wave, a window or a name is not acceptable; if the topic is of another
 * stack, or has subscriptions beside it that would be for none. At synthesis, if a system has got a unit after the pipeline was made.
 *
 * An example, what it defines, what it costs, and its limits: [multi region pipeline](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/multi-region-pipeline.md).
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
 */
export class MultiRegionPipeline extends Construct {
  /** The pipeline. Its stages can be added to, which changes its structure. */
  public readonly pipeline: Pipeline;
  /** The pipeline in the standby region, if there is one. */
  public readonly standbyPipeline?: Pipeline;
  /** The stack of the standby pipeline. */
  public readonly standbyStack?: Stack;
  /** The topic that the pipeline notifies: its own, or `notificationTopic` of the props. `AlarmChat` takes it as one of its `topics`. */
  public readonly notificationTopic: ITopic;
  /** The topic that the standby pipeline notifies, in the stack and the region of that one. */
  public readonly standbyNotificationTopic?: ITopic;
  /** The role of the build, for permissions that it is given beside its properties, such as `bucket.grantRead(pipeline.buildRole)`. */
  public readonly buildRole: IRole;
  /** The role of the standby pipeline's build, if there is one: give it the same. */
  public readonly standbyBuildRole?: IRole;

  constructor(scope: Construct, id: string, props: MultiRegionPipelineProps) {
    super(scope, id);
    const stack = this.requireStack();
    this.requireSource(props, stack.region);
    const plans = this.plan(props.stages);
    this.requireTopic(props, stack);
    this.warnOfUnseenApproval(props, plans);
    Aspects.of(this).add(new WarnOfEmptySystem(this, plans));
    const settings = resolveSettings(this, props, plans);
    const { notificationTopic: topic, notificationSubscriptions: subscriptions = [] } = props;
    const home = new RegionalPipeline(this, 'Regional', { ...settings, plans, topic, subscriptions });
    this.pipeline = home.pipeline;
    this.notificationTopic = home.topic;
    this.buildRole = home.buildRole;
    if (props.standbyRegion !== undefined) {
      const standby = this.standby(stack, props, props.standbyRegion, settings, plans.flatMap(plan => withoutRegion(plan, stack.region)));
      this.standbyStack = Stack.of(standby);
      this.standbyPipeline = standby.pipeline;
      this.standbyNotificationTopic = standby.topic;
      this.standbyBuildRole = standby.buildRole;
    }
  }

  private standby(home: Stack, props: MultiRegionPipelineProps, region: string, settings: PipelineSettings, plans: SystemPlan[]): RegionalPipeline {
    requireLiteral(this, 'standbyRegion', region, /./, 'the literal name of an AWS region');
    const partition = RegionInfo.get(home.region).partition;
    if (region === home.region || RegionInfo.get(region).partition !== partition) {
      throw invalidProp(this, 'standbyRegion', region, `another region than the pipeline's (${home.region}), of the same partition`);
    }
    requirePipelineRegion(this, 'standbyRegion', region);
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
    warnOfStandbyBuild(this, settings.build, home.region, region);
    const { notificationSubscriptions: subscriptions = [] } = props;
    return new RegionalPipeline(stack, this.node.id, { ...settings, plans, subscriptions, standbyFor: home.region });
  }

  private plan(stages: PipelineStageProps[]): SystemPlan[] {
    if (!Array.isArray(stages) || stages.length === 0) {
      throw invalidProp(this, 'stages', stages, 'at least one stage, with a system');
    }
    const plans = stages.map((stage, i) => planSystem(this, `stages[${i}]`, stage ?? {}));
    const taken = new Set<string>();
    plans.forEach(({ system, stages: deploying }, i) => {
      const names = deploying.flatMap(({ deployments }) => deployments.map(({ stackName }) => stackName));
      if (names.some(name => taken.has(name))) {
        throw invalidProp(this, `stages[${i}].system`, system.namePrefix, 'each system once, and systems whose stacks have different names');
      }
      names.forEach(name => taken.add(name));
    });
    this.requireFew(plans);
    this.node.addValidation({ validate: () => plans.flatMap(plan => this.laterUnits(plan)) });
    return plans;
  }

  /** Throws if it is more than CodePipeline takes. */
  private requireFew(plans: SystemPlan[]): void {
    const approvals = plans.filter(({ approval }) => approval).length;
    const all = plans.flatMap(({ stages }) => stages);
    // a gate in front of each
    const stages = 2 + approvals + 2 * all.length;
    if (stages > MAX_STAGES) {
      throw invalidProp(this, 'stages', `${stages} stages with source and build`, `at most ${MAX_STAGES}: give waves of regions`);
    }
    const actions = 2 + approvals + all.length + all.filter(({ isBaked }) => isBaked).length + all.flatMap(({ deployments }) => deployments).length;
    if (actions > MAX_ACTIONS) {
      throw invalidProp(this, 'stages', `${actions} actions with source and build`, `at most ${MAX_ACTIONS}: have a pipeline for each system`);
    }
  }

  private laterUnits({ stacks }: SystemPlan): string[] {
    return stacks.laterUnits.map(({ node }) => invalidProp(this, 'unit', node.path, 'units that were made before the pipeline, which would not deploy this one').message);
  }

  private requireStack(): Stack {
    const system = this.node.scopes.find(construct => construct instanceof MultiRegionSystem);
    if (system) {
      throw new Error(`scope is inside the system ${system.node.path}; allowed: a stack of your own, because a pipeline must not deploy itself [${this.node.path}]`);
    }
    const stack = Stack.of(this);
    if (Token.isUnresolved(stack.region)) {
      throw new Error(`scope is in the stack ${stack.node.path} without a literal region; allowed: a stack with env.region, because rules and roles name regions [${this.node.path}]`);
    }
    requirePipelineRegion(this, 'env.region of the stack', stack.region);
    return stack;
  }

  private requireSource({ source, stages }: MultiRegionPipelineProps, region: string): void {
    if (!(source instanceof PipelineSource)) {
      throw invalidProp(this, 'source', source, 'one that PipelineSource makes, such as PipelineSource.gitHub(\'owner/name\', { connectionArn })');
    }
    source._validate(this, region);
    if (source._takesPullRequests && Array.isArray(stages) && !stages[0]?.approval) {
      Validations.of(this).addWarning('cdk-multi-region:pullRequests', 'a pull request is deployed without anyone having approved it: set approval on the first stage');
    }
  }

  private requireTopic({ notificationTopic, notificationSubscriptions = [], standbyRegion }: MultiRegionPipelineProps, stack: Stack): void {
    if (notificationTopic === undefined) return;
    if (Stack.of(notificationTopic) !== stack) {
      throw invalidProp(this, 'notificationTopic', notificationTopic.node.path, `a topic of the stack ${stack.node.path}, or Topic.fromTopicArn in it, because stacks do not refer to each other`);
    }
    if (notificationSubscriptions.length > 0 && standbyRegion === undefined) {
      throw invalidProp(this, 'notificationSubscriptions', `${notificationSubscriptions.length} beside a notificationTopic`, 'none, because they are for the pipeline\'s own topic: subscribe to the one that you give');
    }
  }

  /**
   * Warns of an approval to whose topics nobody subscribes. It is no error, since a subscriber that comes later, or from the other side as a chat
   * channel does, is not known here.
   */
  private warnOfUnseenApproval(props: MultiRegionPipelineProps, plans: SystemPlan[]): void {
    const { notificationTopic, notificationSubscriptions = [], standbyRegion } = props;
    const approval = plans.findIndex(plan => plan.approval);
    if (approval < 0 || notificationSubscriptions.length > 0) return;
    const untold = [...notificationTopic ? [] : ['the pipeline\'s'], ...standbyRegion === undefined ? [] : ['the standby\'s']];
    if (untold.length > 0) {
      Validations.of(this).addWarning('cdk-multi-region:approvalSubscribers', `stages[${approval}] waits for an approval, and nobody subscribes to ${untold.join(' and ')} topic: `
        + 'give notificationSubscriptions, or acknowledge this if somebody is notified otherwise, in a chat channel for example');
    }
  }
}

function connectionRegion(arn: string): string | undefined {
  return Token.isUnresolved(arn) ? undefined : arn.split(':')[3];
}
