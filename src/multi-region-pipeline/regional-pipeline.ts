import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ComputeType, ReportGroup, ReportGroupType } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Conditions, ExecutionMode, Pipeline, PipelineType, Result, Rule, StageOptions, Variable } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction, CodeStarConnectionsSourceAction, ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { IRole, Role } from 'aws-cdk-lib/aws-iam';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ArtifactStore } from './artifact-store';
import { BootstrapRoles } from './bootstrap-roles';
import { buildBuildspec, deployBuildspec } from './buildspec';
import { CommandProject } from './command-project';
import { ASSEMBLY, BUILD, LOST_REGIONS, SOURCE, TARGET_REGION, USE_STANDBY } from './constants';
import { DeploymentGate } from './deployment-gate';
import { Deployment, DeploymentStage, isForeign, SystemPlan } from './deployment-plan';
import { notify } from './notifications';
import { PipelineRole } from './pipeline-role';
import { PipelineSettings } from './pipeline-settings';
import { MultiRegionSystem } from '../system/multi-region-system';

export interface RegionalPipelineProps extends PipelineSettings {
  readonly plans: SystemPlan[];
  readonly topic?: ITopic;
  /** The region whose loss this pipeline waits for, if it is the standby. */
  readonly standbyFor?: string;
}

/** A pipeline with all that belongs to it, in the stack and the region of its scope. */
export class RegionalPipeline extends Construct {
  public readonly pipeline: Pipeline;

  private readonly store: ArtifactStore;
  private readonly role: PipelineRole;
  private readonly assembly = new Artifact(ASSEMBLY);
  private readonly readers = new Map<string, IRole>();

  constructor(scope: Construct, id: string, private readonly props: RegionalPipelineProps) {
    super(scope, id);
    const { pipelineName, source, plans, standbyFor } = props;
    this.store = new ArtifactStore(this, 'Artifacts', { retention: props.artifactRetention, isStrict: props.isStrict });
    this.role = new PipelineRole(this, 'Role', { pipelineName, store: this.store, connectionArn: source._connectionArn(standbyFor !== undefined) });
    const sourceCode = new Artifact(SOURCE);
    const sourceAction = source._action(sourceCode, standbyFor !== undefined);
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
      stages: [{ stageName: SOURCE, actions: [sourceAction] }, this.buildStage(sourceCode)],
    });
    plans.flatMap(plan => this.systemStages(plan, sourceAction)).forEach(stage => this.pipeline.addStage(stage));
    this.role.finish();
    if (props.topic) {
      notify(this, pipelineName, props.topic);
    }
  }

  private variables(): Variable[] {
    const lost = new Variable({ variableName: LOST_REGIONS, defaultValue: 'none', description: 'regions that are known to be lost, separated by commas: the gates neither ask them nor wait for them' });
    const use = new Variable({ variableName: USE_STANDBY, defaultValue: 'no', description: `yes, when ${this.props.standbyFor} is lost: this is the standby pipeline` });
    return this.props.standbyFor === undefined ? [lost] : [lost, use];
  }

  private buildStage(input: Artifact): StageOptions {
    const { commands, standbyFor } = this.props;
    const build = this.project(BUILD, {
      description: 'installs, tests and synthesizes once',
      buildspec: buildBuildspec(commands),
      computeType: this.props.buildComputeType,
      timeout: this.props.buildTimeout,
      hasOutput: true,
    });
    const reports = new ReportGroup(build, 'Reports', {
      // as CodeBuild calls the `tests` of the buildspec
      reportGroupName: `${this.props.pipelineName}-${BUILD}-tests`,
      type: ReportGroupType.TEST,
      removalPolicy: RemovalPolicy.DESTROY,
      deleteReports: true, // they expire after 30 days anyway
    });
    build.allow(['codebuild:CreateReport', 'codebuild:UpdateReport', 'codebuild:BatchPutTestCases'], [reports.reportGroupArn]);
    return {
      stageName: BUILD,
      actions: [new CodeBuildAction({ actionName: BUILD, project: build.project, input, outputs: [this.assembly] })],
      ...standbyFor !== undefined && {
        transitionToEnabled: false,
        transitionDisabledReason: `standby: enable it when ${standbyFor} is lost`,
        // An execution that began before, at the latest when the pipeline was made, still waits in front of this stage, and would be the first one in
        beforeEntry: failUnless(new Rule({
          name: `${BUILD}-${USE_STANDBY}`, provider: 'VariableCheck', version: '1', configuration: { Variable: `#{variables.${USE_STANDBY}}`, Operator: 'EQ', Value: 'yes' },
        })),
      },
    };
  }

  private systemStages(plan: SystemPlan, sourceAction: CodeStarConnectionsSourceAction): StageOptions[] {
    const { system, window } = plan;
    const { standbyFor, logRetention, pipelineName } = this.props;
    const stack = Stack.of(this);
    const roles = new BootstrapRoles(stack, system, this.props.qualifier ?? qualifierOf(system));
    const gate = new DeploymentGate(this, `${system.namePrefix}Gate`, {
      plan,
      roles,
      pipelineName,
      logRetention,
      key: this.store.logKey,
      regions: system.regions.filter(region => region !== standbyFor),
      pipelineArn: this.role.pipelineArn,
    });
    this.role.allowAsking(gate);
    this.role.allowWatching(plan, roles);
    const stages = plan.stages.map((stage, i) => this.deploymentStage(plan, stage, roles, [
      ...window && i === 0 ? [windowRule(`${stage.name}-window`, window.cron, window.timeZone)] : [],
      gate.rule(stage.name, [...new Set(stage.deployments.map(({ region }) => region))]),
    ]));
    return plan.approval ? [approvalStage(plan, this.props.source._commit(sourceAction)), ...stages] : stages;
  }

  private deploymentStage(plan: SystemPlan, { name, deployments, alarms }: DeploymentStage, roles: BootstrapRoles, entry: Rule[]): StageOptions {
    const bake = alarms.map((alarm, i) => new Rule({
      name: `${name}-bake-${i + 1}`,
      provider: 'CloudWatchAlarm',
      version: '1',
      region: alarm.region,
      // The L2 wants a Role and takes its ARN
      role: isForeign(plan.system, Stack.of(this)) ? this.reader(name, alarm.region, roles) as Role : undefined,
      configuration: { AlarmName: alarm.name, AlarmStates: 'ALARM', WaitTime: String(plan.bake.toMinutes()) },
    }));
    return {
      stageName: name,
      actions: deployments.map(deployment => this.deployAction(deployment, roles)),
      beforeEntry: failUnless(...entry),
      ...bake.length > 0 && { onSuccess: { conditions: [{ rules: bake, result: Result.ROLLBACK }] } },
      onFailure: { result: Result.ROLLBACK },
    };
  }

  /** The role by which rules of a stage read the alarms of a region in another account. */
  private reader(stage: string, region: string, roles: BootstrapRoles): IRole {
    const id = `${stage}-reader-${region}`;
    const reader = this.readers.get(id) ?? Role.fromRoleArn(this, id, roles.reading(region), { mutable: false });
    this.readers.set(id, reader);
    return reader;
  }

  private deployAction({ region, stackName, stackId, actionName, runOrder }: Deployment, roles: BootstrapRoles): CodeBuildAction {
    const deploy = this.project(stackName, {
      description: `deploys ${stackId} to ${region}`,
      buildspec: deployBuildspec(stackId, this.props.commands.nodeVersion),
      environment: { [TARGET_REGION]: { value: region } },
      computeType: ComputeType.SMALL,
      timeout: this.props.deployTimeout,
      hasOutput: false,
    });
    deploy.allow(['sts:AssumeRole'], roles.deploying(region));
    return new CodeBuildAction({ actionName, runOrder, project: deploy.project, input: this.assembly });
  }

  private project(name: string, props: Omit<ConstructorParameters<typeof CommandProject>[2], 'projectName' | 'store' | 'logRetention'>): CommandProject {
    const projectName = `${this.props.pipelineName}-${name}`;
    const project = new CommandProject(this, name, { ...props, projectName, store: this.store, logRetention: this.props.logRetention });
    this.role.allowRunning(project.project, projectName);
    return project;
  }
}

/** The qualifier that a system's stacks are synthesized for: all have the same. */
function qualifierOf(system: MultiRegionSystem): string {
  const [stack = system.globalStack] = system._allStacks;
  return stack.synthesizer.bootstrapQualifier ?? 'hnb659fds';
}

function failUnless(...rules: Rule[]): Conditions {
  return { conditions: [{ rules, result: Result.FAIL }] };
}

function windowRule(name: string, cron: string, timeZone = 'UTC'): Rule {
  return new Rule({ name, provider: 'DeploymentWindow', version: '1', configuration: { Cron: cron, TimeZone: timeZone } });
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
