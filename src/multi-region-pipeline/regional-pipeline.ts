import { Stack } from 'aws-cdk-lib';
import { ComputeType } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Conditions, ExecutionMode, Pipeline, PipelineType, Result, Rule, StageOptions, Variable } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction, CodeStarConnectionsSourceAction, ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ArtifactStore } from './artifact-store';
import { Bake } from './bake';
import { BootstrapRoles } from './bootstrap-roles';
import { BuildStage } from './build-stage';
import { deployBuildspec } from './buildspec';
import { ActionProjectProps, CommandProject } from './command-project';
import { ASSEMBLY, gateStage, LOST, LOST_REGIONS, OPERATOR_WORD, SOURCE, TARGET_REGION, UNHEALTHY, UNHEALTHY_REGIONS, USE_STANDBY } from './constants';
import { DeploymentGate } from './deployment-gate';
import { Deployment, DeploymentStage, SystemPlan } from './deployment-plan';
import { notify, pipelineTopic } from './notifications';
import { PipelineRole } from './pipeline-role';
import { PipelineSettings } from './pipeline-settings';
import { DeploymentWindow } from './pipeline-stage';
import { AlarmSubscription } from '../system/alarm-subscription';
import { MultiRegionSystem } from '../system/multi-region-system';

export interface RegionalPipelineProps extends PipelineSettings {
  readonly plans: SystemPlan[];
  /** A topic of the user's. */
  readonly topic?: ITopic;
  /** The subscribers of the pipeline's own topic. */
  readonly subscriptions: AlarmSubscription[];
  /** The region whose loss this pipeline waits for, if it is the standby. */
  readonly standbyFor?: string;
}

/** A pipeline with all that belongs to it, in the stack and the region of its scope. */
export class RegionalPipeline extends Construct {
  public readonly pipeline: Pipeline;
  public readonly topic: ITopic;
  /** The role of the build. */
  public readonly buildRole: IRole;

  private readonly store: ArtifactStore;
  private readonly role: PipelineRole;
  private readonly assembly = new Artifact(ASSEMBLY);

  constructor(scope: Construct, id: string, private readonly props: RegionalPipelineProps) {
    super(scope, id);
    const { pipelineName, source, plans, standbyFor } = props;
    const keyArn = props.encryptionKeyArns?.[Stack.of(this).region];
    this.store = new ArtifactStore(this, 'Artifacts', { retention: props.artifactRetention, isStrict: props.isStrict, keyArn });
    this.role = new PipelineRole(this, 'Role', { pipelineName, store: this.store, connectionArn: source._connectionArn(standbyFor !== undefined) });
    const sourceCode = new Artifact(SOURCE);
    const sourceAction = source._action(sourceCode, standbyFor !== undefined);
    const build = new BuildStage(this, (name, project) => this.project(name, project), { ...props, input: sourceCode, output: this.assembly });
    this.buildRole = build.role;
    this.pipeline = new Pipeline(this, 'Pipeline', {
      pipelineName,
      pipelineType: PipelineType.V2,
      executionMode: ExecutionMode.QUEUED,
      artifactBucket: this.store.bucket,
      role: this.role.withoutPolicyUpdates,
      usePipelineRoleForActions: true,
      restartExecutionOnUpdate: false,
      triggers: standbyFor === undefined ? source._triggers(sourceAction) : [],
      variables: this.variables(),
      stages: [{ stageName: SOURCE, actions: [sourceAction] }, build.options],
    });
    plans.flatMap(plan => this.systemStages(plan, sourceAction)).forEach(stage => this.pipeline.addStage(stage));
    this.role.finish();
    this.topic = pipelineTopic(this, { ...props, key: keyArn === undefined ? undefined : this.store.key });
    notify(this, pipelineName, this.topic);
  }

  private variables(): Variable[] {
    const lost = new Variable({ variableName: LOST_REGIONS, defaultValue: 'none', description: 'regions that are lost, separated by commas: they are not deployed to, and not asked' });
    const unhealthy = new Variable({ variableName: UNHEALTHY_REGIONS, defaultValue: 'none', description: 'regions that this execution is to cure, separated by commas: their alarms and evacuation do not count' });
    const use = new Variable({ variableName: USE_STANDBY, defaultValue: 'no', description: `yes, when ${this.props.standbyFor} is lost: this is the standby pipeline` });
    return this.props.standbyFor === undefined ? [lost, unhealthy] : [lost, unhealthy, use];
  }

  private systemStages(plan: SystemPlan, sourceAction: CodeStarConnectionsSourceAction): StageOptions[] {
    const { system, window } = plan;
    const { standbyFor, logRetention, pipelineName, plans } = this.props;
    const roles = new BootstrapRoles(Stack.of(this), system, this.props.qualifier ?? qualifierOf(system));
    const asking = {
      plan,
      roles,
      pipelineName,
      logRetention,
      key: this.store.logKey,
      regions: system.regions.filter(region => region !== standbyFor),
      knownRegions: [...new Set(plans.flatMap(each => each.system.regions))],
      pipelineArn: this.role.pipelineArn,
    };
    const gate = new DeploymentGate(this, `${system.namePrefix}Gate`, asking);
    const bake = new Bake(this, `${system.namePrefix}Bake`, asking);
    this.role.allowInvoking(gate.function, bake.function);
    const stages = plan.stages.flatMap((stage, i) => [
      // What fails in here deploys nothing and takes nothing back
      { stageName: gateStage(stage.name), actions: [gate.action(stage)], beforeEntry: window && i === 0 ? opensAt(stage.name, window) : undefined },
      this.deploymentStage(stage, bake, roles),
    ]);
    return plan.approval ? [approvalStage(plan, this.props.source._commit(sourceAction)), ...stages] : stages;
  }

  private deploymentStage(stage: DeploymentStage, bake: Bake, roles: BootstrapRoles): StageOptions {
    const { name, deployments, isBaked } = stage;
    const actions = deployments.map(deployment => this.deployAction(stage, deployment, roles));
    if (!isBaked) return { stageName: name, actions };
    const last = Math.max(...deployments.map(({ runOrder }) => runOrder));
    return { stageName: name, actions: [...actions, bake.action(stage, last + 1)], onFailure: { result: Result.ROLLBACK } };
  }

  private deployAction({ name: stage, isBaked: hasTraffic }: DeploymentStage, deployment: Deployment, roles: BootstrapRoles): CodeBuildAction {
    const { region, stackName, stackId, actionName, runOrder } = deployment;
    const { pipelineName, nodeVersion } = this.props;
    const deploy = this.project(stackName, {
      description: `deploys ${stackId} to ${region}`,
      buildspec: deployBuildspec({ stackId, hasTraffic, stage, pipelineName, nodeVersion }),
      environment: { [TARGET_REGION]: { value: region } },
      computeType: ComputeType.SMALL,
      timeout: this.props.deployTimeout,
      hasOutput: false,
    });
    deploy.allow(['sts:AssumeRole'], roles.deploying(region));
    deploy.allow(['codepipeline:GetPipelineState'], [this.role.pipelineArn]);
    return new CodeBuildAction({
      actionName,
      runOrder,
      project: deploy.project,
      input: this.assembly,
      environmentVariables: { [LOST]: { value: OPERATOR_WORD.lost }, [UNHEALTHY]: { value: OPERATOR_WORD.unhealthy } },
    });
  }

  private project(name: string, props: ActionProjectProps): CommandProject {
    const projectName = `${this.props.pipelineName}-${name}`;
    const project = new CommandProject(this, name, { ...props, projectName, store: this.store, logRetention: this.props.logRetention });
    this.role.allowRunning(project.project, projectName);
    return project;
  }
}

/** Returns the qualifier that a system's stacks are synthesized for: all have the same. */
function qualifierOf(system: MultiRegionSystem): string {
  const [stack = system.globalStack] = system._allStacks;
  return stack.synthesizer.bootstrapQualifier ?? 'hnb659fds';
}

function failUnless(...rules: Rule[]): Conditions {
  return { conditions: [{ rules, result: Result.FAIL }] };
}

/**
 * Returns the condition that holds an execution back until a window opens. Alone, since a rule beside it would be asked before that, and not again.
 */
function opensAt(stage: string, { cron, timeZone = 'UTC' }: DeploymentWindow): Conditions {
  return failUnless(new Rule({ name: `${stage}-window`, provider: 'DeploymentWindow', version: '1', configuration: { Cron: cron, TimeZone: timeZone } }));
}

/** Returns the stage of the approval. It is one of its own, so that the gate of the next one is asked after somebody has approved. */
function approvalStage({ system, stages, bake }: SystemPlan, commit: { text: string; url: string }): StageOptions {
  const way = stages.map(stage => stage.deployments.map(({ stackId }) => stackId).join(' and ')).join(', then ');
  return {
    stageName: `${system.namePrefix}-approval`,
    actions: [new ManualApprovalAction({
      actionName: 'Approve',
      // 1000 characters is what CodePipeline takes
      additionalInformation: `${commit.text} goes to ${way}. Each region is watched for ${bake.toMinutes()} minutes before the next.`.slice(0, 1000),
      externalEntityLink: commit.url,
    })],
  };
}
