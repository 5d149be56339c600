import { GitPullRequestEvent } from 'aws-cdk-lib/aws-codepipeline';

/** The events that start a pipeline, instead of every push to the branch. Several kinds add up: each starts it by itself. */
export interface SourceTriggers {
  /**
   * Patterns of tags, such as `v*`: a push of one starts the pipeline. At most 8.
   *
   * @default - tags start nothing
   */
  readonly tags?: string[];

  /**
   * Patterns of paths, such as `services/orders/**`: a push to the branch that changes one starts the pipeline. At most 8.
   *
   * @default - pushes to the branch start nothing, since other triggers are given
   */
  readonly paths?: string[];

  /**
   * The events of a pull request into the branch that start the pipeline. Its commit takes the same way as any other, through all stages: have an approval in
   * front of production.
   *
   * @default - pull requests start nothing
   */
  readonly pullRequestEvents?: GitPullRequestEvent[];
}

/** Properties of a source that a pipeline reaches by a connection of CodeConnections. */
export interface ConnectionSourceProps {
  /**
   * The branch that is deployed.
   *
   * @default 'main'
   */
  readonly branch?: string;

  /**
   * The ARN of a connection to the provider, made and authorized in the console once, in the region and account of the pipeline.
   *
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-create.html
   */
  readonly connectionArn: string;

  /**
   * The ARN of a connection that outlives the pipeline's region, for the standby pipeline: one in the standby region.
   *
   * @default - connectionArn, with a warning if that is in the region whose loss the standby pipeline is for
   */
  readonly standbyConnectionArn?: string;

  /**
   * The events that start the pipeline. CodePipeline has all of them for every provider.
   *
   * @default - every push to the branch
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html
   * @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitConfiguration.html
   */
  readonly triggers?: SourceTriggers;
}

/** The events on GitHub that start a pipeline. */
export interface GitHubTriggers extends SourceTriggers {}

/** Properties of `PipelineSource.gitHub`. */
export interface GitHubSourceProps extends ConnectionSourceProps {}

/** Properties of a source on a server of your own: `PipelineSource.gitHubEnterpriseServer` and `PipelineSource.gitLabSelfManaged`. */
export interface SelfManagedSourceProps extends ConnectionSourceProps {
  /**
   * The address of the server, such as `https://git.example.com`. An approval links to the commit by it. The pipeline reaches the server by the host that the connection was made with.
   *
   * @see https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-hosts.html
   */
  readonly serverUrl: string;
}

/** Properties of `PipelineSource.azureDevOps`. */
export interface AzureDevOpsSourceProps extends ConnectionSourceProps {
  /** The address of the repository, such as `https://dev.azure.com/example-org/shop/_git/order-service`. An approval links to the commit by it. */
  readonly repositoryUrl: string;
}
