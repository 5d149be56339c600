import { Duration } from 'aws-cdk-lib';
import { ComputeType } from 'aws-cdk-lib/aws-codebuild';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { PipelineSource } from './pipeline-source';
import { PipelineStageProps } from './pipeline-stage';
import { ComplianceMode } from '../system/compliance-mode';

/** Properties of a `MultiRegionPipeline`. */
export interface MultiRegionPipelineProps {
  /** The source of the application. */
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
   * The longest time of a build.
   *
   * @default Duration.hours(1)
   */
  readonly buildTimeout?: Duration;

  /**
   * The longest time of the deployment of one stack, CodeDeploy's shifting of traffic included.
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
   * A topic of this stack, or one that is imported into it, for notifications of executions that failed, were stopped or roll back, and of pending approvals. An imported topic must let `events.amazonaws.com` publish, and so must its key.
   *
   * @default - no notifications; an approval needs a topic
   */
  readonly notificationTopic?: ITopic;

  /**
   * The retention of artifacts. An execution whose artifacts are gone cannot be rolled back to.
   *
   * @default Duration.days(365), as long as CodePipeline remembers executions
   */
  readonly artifactRetention?: Duration;

  /**
   * The retention of the logs of builds and deployments.
   *
   * @default RetentionDays.SIX_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * A region in which the same pipeline stands by, switched off, in a stack beside this one. When this pipeline's region is lost, it deploys to all
   * others. It costs a key and a stored copy of nothing, about 1 USD a month.
   *
   * @default - no standby: without this pipeline's region nothing can be deployed, by a pipeline
   */
  readonly standbyRegion?: string;

  /**
   * The literal ARN of a topic in the standby region, for the notifications of the standby pipeline.
   *
   * @default - no notifications
   */
  readonly standbyNotificationTopicArn?: string;

  /**
   * Which compliance rules are satisfied. STRICT encrypts the logs with the artifacts' key, and keeps versions of access logs: next to nothing a month.
   *
   * @default ComplianceMode.STANDARD
   */
  readonly compliance?: ComplianceMode;
}
