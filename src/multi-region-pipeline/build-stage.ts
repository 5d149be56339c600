import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ReportGroup, ReportGroupType } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Result, Rule, StageOptions } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { bearerTokenPolicy, buildEnvironment, codeArtifactStatements, secretStatements } from './build-permissions';
import { buildBuildspec } from './buildspec';
import { CommandProject, ProjectFactory } from './command-project';
import { BUILD, USE_STANDBY } from './constants';
import { PipelineSettings } from './pipeline-settings';

export interface BuildStageProps extends PipelineSettings {
  readonly input: Artifact;
  /** The output artifact of the build. */
  readonly output: Artifact;
  /** The region whose loss this pipeline waits for, if it is the standby. */
  readonly standbyFor?: string;
}

/** The stage that installs, tests and synthesizes once, for all regions. */
export class BuildStage {
  /** The stage, for the pipeline. */
  public readonly options: StageOptions;
  /** The role of the build, to which permissions can be added. */
  public readonly role: IRole;

  constructor(scope: Construct, project: ProjectFactory, private readonly props: BuildStageProps) {
    const { commands, input, output, build: settings, standbyFor } = props;
    const stack = Stack.of(scope);
    const build = project(BUILD, {
      description: 'installs, tests and synthesizes once',
      buildspec: buildBuildspec(commands),
      environment: buildEnvironment(settings, stack),
      computeType: props.buildComputeType,
      timeout: props.buildTimeout,
      hasOutput: true,
      isCached: settings.cacheFolders.length > 0,
      image: settings.image,
      isPrivileged: settings.privileged,
      vpcConfig: standbyFor === undefined ? settings.vpcConfig : settings.standbyVpcConfig,
    });
    this.role = build.role;
    this.report(build);
    this.allow(build, stack);
    this.options = {
      stageName: BUILD,
      actions: [new CodeBuildAction({ actionName: BUILD, project: build.project, input, outputs: [output] })],
      ...standbyFor !== undefined && standingBy(standbyFor),
    };
  }

  private allow(project: CommandProject, stack: Stack): void {
    const { role } = project;
    const { build } = this.props;
    secretStatements(build, stack).forEach(statement => role.addToPrincipalPolicy(statement));
    if (build.codeArtifact) {
      codeArtifactStatements(build.codeArtifact, stack).forEach(statement => role.addToPrincipalPolicy(statement));
      role.addManagedPolicy(bearerTokenPolicy(project));
    }
    // copies, because each of two roles may get them
    build.permissions?.forEach(statement => role.addToPrincipalPolicy(statement.copy()));
  }

  /** @see https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html */
  private report(build: CommandProject): void {
    const reports = new ReportGroup(build, 'Reports', {
      // as CodeBuild calls the `tests` of the buildspec
      reportGroupName: `${this.props.pipelineName}-${BUILD}-tests`,
      type: ReportGroupType.TEST,
      removalPolicy: RemovalPolicy.DESTROY,
      deleteReports: true, // they expire after 30 days anyway
    });
    // the last one, although the group is there: the documentation lists it among what a report needs, and does not say that an existing group needs less
    build.allow(['codebuild:CreateReport', 'codebuild:UpdateReport', 'codebuild:BatchPutTestCases', 'codebuild:CreateReportGroup'], [reports.reportGroupArn]);
  }
}

/** Returns the options that keep executions out of the stage until somebody lets them in. */
function standingBy(lost: string): Partial<StageOptions> {
  return {
    transitionToEnabled: false,
    transitionDisabledReason: `standby: enable it when ${lost} is lost`,
    // An execution that began before, at the latest when the pipeline was made, still waits in front of this stage, and would be the first one in
    beforeEntry: {
      conditions: [{
        rules: [new Rule({
          name: `${BUILD}-${USE_STANDBY}`, provider: 'VariableCheck', version: '1', configuration: { Variable: `#{variables.${USE_STANDBY}}`, Operator: 'EQ', Value: 'yes' },
        })],
        result: Result.FAIL,
      }],
    },
  };
}
