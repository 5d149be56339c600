import { RemovalPolicy } from 'aws-cdk-lib';
import { ReportGroup, ReportGroupType } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Result, Rule, StageOptions } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { buildBuildspec } from './buildspec';
import { CommandProject, ProjectFactory } from './command-project';
import { BUILD, USE_STANDBY } from './constants';
import { PipelineSettings } from './pipeline-settings';

export interface BuildStageProps extends PipelineSettings {
  readonly input: Artifact;
  /** What the build hands on. */
  readonly output: Artifact;
  /** The region whose loss this pipeline waits for, if it is the standby. */
  readonly standbyFor?: string;
}

/** The stage that installs, tests and synthesizes once, for all regions. */
export class BuildStage {
  /** The stage, for the pipeline. */
  public readonly options: StageOptions;

  constructor(project: ProjectFactory, private readonly props: BuildStageProps) {
    const { commands, input, output } = props;
    const build = project(BUILD, {
      description: 'installs, tests and synthesizes once',
      buildspec: buildBuildspec(commands),
      computeType: props.buildComputeType,
      timeout: props.buildTimeout,
      hasOutput: true,
    });
    this.report(build);
    this.options = {
      stageName: BUILD,
      actions: [new CodeBuildAction({ actionName: BUILD, project: build.project, input, outputs: [output] })],
      ...props.standbyFor !== undefined && standingBy(props.standbyFor),
    };
  }

  private report(build: CommandProject): void {
    const reports = new ReportGroup(build, 'Reports', {
      // as CodeBuild calls the `tests` of the buildspec
      reportGroupName: `${this.props.pipelineName}-${BUILD}-tests`,
      type: ReportGroupType.TEST,
      removalPolicy: RemovalPolicy.DESTROY,
      deleteReports: true, // they expire after 30 days anyway
    });
    build.allow(['codebuild:CreateReport', 'codebuild:UpdateReport', 'codebuild:BatchPutTestCases'], [reports.reportGroupArn]);
  }
}

/** What keeps executions out of the stage until somebody lets them in. */
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
