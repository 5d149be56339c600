import { Token } from 'aws-cdk-lib';
import { Artifact, GitPullRequestEvent, GitPushFilter, ProviderType, TriggerProps } from 'aws-cdk-lib/aws-codepipeline';
import { CodeStarConnectionsSourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { SOURCE } from './constants';
import { AzureDevOpsSourceProps, ConnectionSourceProps, GitHubSourceProps, SelfManagedSourceProps } from './source-props';
import { azureDevOps, BITBUCKET, GITHUB, gitHubEnterpriseServer, GITLAB, gitLabSelfManaged, SourceProvider } from './source-provider';
import { invalidProp, requireLiteral } from '../system/errors';

/**
 * The most patterns of a kind that CodePipeline takes.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitTagFilterCriteria.html
 */
const MAX_PATTERNS = 8;
/** The most characters of a pattern. */
const MAX_PATTERN_LENGTH = 255;
const EVENTS = Object.values(GitPullRequestEvent);

/** The source of the application: a repository that the pipeline reaches by a connection of CodeConnections. */
export class PipelineSource {
  /**
   * Returns a repository on GitHub or in GitHub Enterprise Cloud.
   *
   * @param repository owner and name, such as `example-org/order-service`
   * @param props its connection, its branch, and what starts the pipeline
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-github.html
   */
  public static gitHub(repository: string, props: GitHubSourceProps): PipelineSource {
    return new PipelineSource(GITHUB, repository, props);
  }

  /**
   * Returns a repository on a GitHub Enterprise Server of your own.
   *
   * @param repository owner and name, such as `example-org/order-service`
   * @param props its connection, its branch, its server, and what starts the pipeline
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-ghes.html
   */
  public static gitHubEnterpriseServer(repository: string, props: SelfManagedSourceProps): PipelineSource {
    return new PipelineSource(gitHubEnterpriseServer(props), repository, props);
  }

  /**
   * Returns a repository on gitlab.com.
   *
   * @param repository groups and project, such as `example-group/shop/order-service`
   * @param props its connection, its branch, and what starts the pipeline
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-gitlab.html
   */
  public static gitLab(repository: string, props: ConnectionSourceProps): PipelineSource {
    return new PipelineSource(GITLAB, repository, props);
  }

  /**
   * Returns a repository on a GitLab of your own, of the Community or Enterprise Edition.
   *
   * @param repository groups and project, such as `example-group/shop/order-service`
   * @param props its connection, its branch, its server, and what starts the pipeline
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-gitlab-managed.html
   */
  public static gitLabSelfManaged(repository: string, props: SelfManagedSourceProps): PipelineSource {
    return new PipelineSource(gitLabSelfManaged(props), repository, props);
  }

  /**
   * Returns a repository on Bitbucket Cloud. There are no connections to a Bitbucket of your own.
   *
   * @param repository workspace and name, such as `example-workspace/order-service`
   * @param props its connection, its branch, and what starts the pipeline
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-bitbucket.html
   */
  public static bitbucket(repository: string, props: ConnectionSourceProps): PipelineSource {
    return new PipelineSource(BITBUCKET, repository, props);
  }

  /**
   * Returns a repository in Azure DevOps Services. There are no connections to an Azure DevOps Server of your own.
   *
   * @param repository the name as the connection lists it in the console, which AWS documents nowhere: usually made of project and repository
   * @param props its connection, its branch, its address, and what starts the pipeline
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-azure.html
   */
  public static azureDevOps(repository: string, props: AzureDevOpsSourceProps): PipelineSource {
    return new PipelineSource(azureDevOps(props), repository, props);
  }

  private readonly branch: string;

  private constructor(private readonly provider: SourceProvider, private readonly repository: string, private readonly props: ConnectionSourceProps) {
    this.branch = props?.branch ?? 'main';
  }

  /** Throws unless a pipeline in a region can use it. @internal */
  public _validate(owner: Construct, region: string): void {
    const { repository, repositoryForm, address } = this.provider;
    requireLiteral(owner, 'source.repository', this.repository, repository, repositoryForm);
    if (address) {
      requireLiteral(owner, `source.${address.prop}`, address.url, /^https:\/\/[^/\s]+(\/[^/\s]+)*$/, 'an address that begins with https:// and does not end with a slash');
    }
    requireLiteral(owner, 'source.branch', this.branch, /^[^\s~^:?*[\\]+$/, 'the literal name of a branch');
    const { connectionArn, standbyConnectionArn = connectionArn } = this.props ?? {};
    requireConnection(owner, 'source.connectionArn', connectionArn, region);
    requireConnection(owner, 'source.standbyConnectionArn', standbyConnectionArn, region);
    this.validateTriggers(owner);
  }

  /** Returns the ARN of the connection that a pipeline uses. @internal */
  public _connectionArn(standby: boolean): string {
    return standby ? this.props.standbyConnectionArn ?? this.props.connectionArn : this.props.connectionArn;
  }

  /** Returns the action; a standby pipeline's is started by nothing. @internal */
  public _action(output: Artifact, standby: boolean): CodeStarConnectionsSourceAction {
    // the L2 puts them together again
    const slash = this.repository.lastIndexOf('/');
    const [owner, repo] = [this.repository.slice(0, slash), this.repository.slice(slash + 1)];
    return new CodeStarConnectionsSourceAction({
      actionName: SOURCE,
      variablesNamespace: SOURCE,
      owner,
      repo,
      branch: this.branch,
      connectionArn: this._connectionArn(standby),
      output,
      // where there are triggers, they alone count
      triggerOnPush: !standby && !this.hasTriggers,
    });
  }

  /** Returns the triggers that start the pipeline, unless every push does. @internal */
  public _triggers(sourceAction: CodeStarConnectionsSourceAction): TriggerProps[] {
    if (!this.hasTriggers) return [];
    const { tags, paths, pullRequestEvents } = this.props.triggers!;
    const pushFilter: GitPushFilter[] = [
      // tags and branches cannot be in one filter
      ...tags ? [{ tagsIncludes: tags }] : [],
      ...paths ? [{ branchesIncludes: [this.branch], filePathsIncludes: paths }] : [],
    ];
    return [{
      providerType: ProviderType.CODE_STAR_SOURCE_CONNECTION,
      gitConfiguration: {
        sourceAction,
        pushFilter,
        pullRequestFilter: pullRequestEvents && [{ branchesIncludes: [this.branch], events: pullRequestEvents }],
      },
    }];
  }

  /** Returns the name and the link of an execution's commit. @internal */
  public _commit({ variables: { commitId } }: CodeStarConnectionsSourceAction): { readonly text: string; readonly url: string } {
    return { text: `${commitId} of ${this.repository} (${this.branch})`, url: this.provider.commitUrl(this.repository, commitId) };
  }

  /** Indicates whether a change that nobody has merged can start the pipeline. @internal */
  public get _takesPullRequests(): boolean {
    return this.props.triggers?.pullRequestEvents !== undefined;
  }

  private get hasTriggers(): boolean {
    return this.props.triggers !== undefined;
  }

  private validateTriggers(owner: Construct): void {
    if (!this.hasTriggers) return;
    const { tags, paths, pullRequestEvents } = this.props.triggers!;
    if (!tags && !paths && !pullRequestEvents) {
      throw invalidProp(owner, 'source.triggers', this.props.triggers, 'tags, paths or pullRequestEvents; leave it out to start on every push to the branch');
    }
    const patterns = (values: string[]) => values.length <= MAX_PATTERNS && values.every(value => typeof value === 'string' && value.length >= 1 && value.length <= MAX_PATTERN_LENGTH);
    const allowed = `1 to ${MAX_PATTERNS} patterns of 1 to ${MAX_PATTERN_LENGTH} characters`;
    requireSome(owner, 'tags', tags, patterns, allowed);
    requireSome(owner, 'paths', paths, patterns, allowed);
    requireSome(owner, 'pullRequestEvents', pullRequestEvents, values => new Set(values).size === values.length && values.every(value => EVENTS.includes(value)), `${EVENTS.join(', ')}, each once`);
  }
}

/** Throws if a kind of trigger is given that is not acceptable, or empty. */
function requireSome<T>(owner: Construct, prop: string, values: T[] | undefined, accepts: (values: T[]) => boolean, allowed: string): void {
  if (values !== undefined && (!Array.isArray(values) || values.length === 0 || !accepts(values))) {
    throw invalidProp(owner, `source.triggers.${prop}`, values, allowed);
  }
}

function requireConnection(owner: Construct, prop: string, arn: string, region: string): void {
  // A connection that the same stack makes has no ARN yet
  if (Token.isUnresolved(arn)) return;
  const partition = RegionInfo.get(region).partition ?? 'aws';
  requireLiteral(owner, prop, arn, new RegExp(`^arn:${partition}:(codeconnections|codestar-connections):[a-z0-9-]+:\\d{12}:connection/[\\w-]+$`),
    `the ARN of a connection of the partition ${partition}, as arn:${partition}:codeconnections:${region}:111122223333:connection/…`);
}
