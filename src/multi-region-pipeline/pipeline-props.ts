import { Duration } from 'aws-cdk-lib';
import { ComputeType } from 'aws-cdk-lib/aws-codebuild';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { PipelineBuildProps } from './build-props';
import { PipelineSource } from './pipeline-source';
import { PipelineStageProps } from './pipeline-stage';
import { AlarmSubscription } from '../system/alarm-subscription';
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
   * The commands, for bash, that install what the app needs. The CDK CLI, the package `aws-cdk`, must be among it, unless `buildOptions.cdkCliVersion` is set: the one that is installed here is
   * the one that deploys.
   *
   * @default - those of `buildOptions.packageManager`: `npm ci`
   */
  readonly installCommands?: string[];

  /**
   * The commands that test the app. What they write to `test-reports/` as JUnit XML is shown as the build's report.
   *
   * @default - those of `buildOptions.packageManager`: `npm test`
   */
  readonly testCommands?: string[];

  /**
   * The commands that synthesize the app to the folder `cdk.out`. The CDK CLI that is going to deploy is on the path, as `cdk`.
   *
   * @default - those of `buildOptions.packageManager`: `npx cdk synth --quiet`
   */
  readonly synthCommands?: string[];

  /**
   * The environment and the permissions of the build: package manager, variables, secrets, private registries, network, image.
   *
   * @default - npm, without secrets, further permissions and a VPC
   */
  readonly buildOptions?: PipelineBuildProps;

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
   * The longest time of a build, from 5 minutes to 8 hours.
   *
   * @default Duration.hours(1)
   */
  readonly buildTimeout?: Duration;

  /**
   * The longest time of the deployment of one stack, CodeDeploy's shifting of traffic included, from 5 minutes to 8 hours.
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
   * The subscribers of the pipeline's own topic, and of the standby's: they are notified of executions that failed, were stopped or roll back, and of pending approvals.
   *
   * Messages are in the format of custom notifications of Amazon Q Developer in chat applications, so that an `AlarmChat` shows them; a mailbox gets the same as JSON.
   *
   * @default - none; an approval without subscribers is warned of
   * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
   */
  readonly notificationSubscriptions?: AlarmSubscription[];

  /**
   * A topic to notify instead of one of the pipeline's own, of this stack or imported into it. An imported topic must let `events.amazonaws.com` and `cloudwatch.amazonaws.com` publish, and so must its key.
   * It must be there before this stack: not one of a system that the pipeline is to create.
   *
   * The standby pipeline has a topic of its own nevertheless, because this one is lost with its region.
   *
   * @default - a topic `<pipelineName>-notifications` in this stack, encrypted with a key of its own, about 1 USD a month
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
   * The customer managed keys that encrypt artifacts, logs and the pipeline's own topic: the ARN of a key of this stack's region, and of one of `standbyRegion` if there is any.
   *
   * Roles get what they need of a key. Its policy must let CloudWatch Logs, EventBridge and CloudWatch use it.
   *
   * @default - two keys of the pipeline's own in each region, of which one encrypts the topic
   * @see https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/adopting/data.md#keys-of-your-own
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * A region in which the same pipeline stands by, switched off, in a stack beside this one. When this pipeline's region is lost, it deploys to all
   * others. It has a topic of its own, with `notificationSubscriptions`. It costs two keys and a stored copy of nothing, about 2 USD a month.
   *
   * @default - no standby: without this pipeline's region nothing can be deployed, by a pipeline
   */
  readonly standbyRegion?: string;

  /**
   * The compliance rules that are satisfied. STRICT encrypts the logs with the artifacts' key, and keeps versions of access logs: next to nothing a
   * month.
   *
   * @default ComplianceMode.STANDARD
   */
  readonly compliance?: ComplianceMode;
}
