import { Token } from 'aws-cdk-lib';
import { Artifact, GitPullRequestEvent, GitPushFilter, ProviderType, TriggerProps } from 'aws-cdk-lib/aws-codepipeline';
import { CodeStarConnectionsSourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { SOURCE } from './constants';
import { invalidProp, requireLiteral } from '../system/errors';

/** What CodePipeline takes at most of each kind of pattern. */
const MAX_PATTERNS = 8;

/** What starts a pipeline, instead of every push to the branch. Several kinds add up: each starts it by itself. */
export interface GitHubTriggers {
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
   * What of a pull request into the branch starts the pipeline. Its commit takes the same way as any other, through all stages: have an approval in
   * front of production.
   *
   * @default - pull requests start nothing
   */
  readonly pullRequestEvents?: GitPullRequestEvent[];
}

/** Properties of `PipelineSource.gitHub`. */
export interface GitHubSourceProps {
  /**
   * The branch that is deployed.
   *
   * @default 'main'
   */
  readonly branch?: string;

  /**
   * The ARN of a connection to GitHub, made and authorized in the console once, in the region and account of the pipeline.
   *
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-github.html
   */
  readonly connectionArn: string;

  /**
   * The ARN of a connection that outlives the pipeline's region, for the standby pipeline: one in the standby region.
   *
   * @default - connectionArn, with a warning if that is in the region whose loss the standby pipeline is for
   */
  readonly standbyConnectionArn?: string;

  /**
   * What starts the pipeline.
   *
   * @default - every push to the branch
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html
   */
  readonly triggers?: GitHubTriggers;
}

/** Where a pipeline gets the application from. */
export abstract class PipelineSource {
  /**
   * A repository on GitHub.
   *
   * @param repository owner and name, such as `example-org/order-service`
   */
  public static gitHub(repository: string, props: GitHubSourceProps): PipelineSource {
    return new GitHubSource(repository, props);
  }

  protected constructor() {}

  /** Throws unless a pipeline in a region can use it. @internal */
  public abstract _validate(owner: Construct, region: string): void;

  /** The ARN of the connection that a pipeline uses. @internal */
  public abstract _connectionArn(standby: boolean): string;

  /** The action; a standby pipeline's is started by nothing. @internal */
  public abstract _action(output: Artifact, standby: boolean): CodeStarConnectionsSourceAction;

  /** What starts the pipeline, unless it is every push. @internal */
  public abstract _triggers(action: CodeStarConnectionsSourceAction): TriggerProps[];

  /** What the commit of an execution is called. @internal */
  public abstract _commit(action: CodeStarConnectionsSourceAction): { readonly text: string; readonly url: string };

  /** Whether a change that nobody has merged can start the pipeline. @internal */
  public abstract get _takesPullRequests(): boolean;
}

class GitHubSource extends PipelineSource {
  private readonly branch: string;

  constructor(private readonly repository: string, private readonly props: GitHubSourceProps) {
    super();
    this.branch = props?.branch ?? 'main';
  }

  public _validate(owner: Construct, region: string): void {
    requireLiteral(owner, 'source.repository', this.repository, /^[A-Za-z0-9-]+\/[\w.-]+$/, 'owner/name, as in the URL on GitHub');
    requireLiteral(owner, 'source.branch', this.branch, /^[^\s~^:?*[\\]+$/, 'the literal name of a branch');
    const { connectionArn, standbyConnectionArn = connectionArn } = this.props ?? {};
    requireConnection(owner, 'source.connectionArn', connectionArn, region);
    requireConnection(owner, 'source.standbyConnectionArn', standbyConnectionArn, region);
    this.validateTriggers(owner);
  }

  public _connectionArn(standby: boolean): string {
    return standby ? this.props.standbyConnectionArn ?? this.props.connectionArn : this.props.connectionArn;
  }

  public _action(output: Artifact, standby: boolean): CodeStarConnectionsSourceAction {
    const [owner, repo] = this.repository.split('/');
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

  public _commit({ variables: { commitId } }: CodeStarConnectionsSourceAction) {
    return { text: `${commitId} of ${this.repository} (${this.branch})`, url: `https://github.com/${this.repository}/commit/${commitId}` };
  }

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
    for (const [prop, values] of Object.entries({ tags, paths, pullRequestEvents })) {
      if (values && (!Array.isArray(values) || values.length === 0 || values.length > MAX_PATTERNS || values.some(value => typeof value !== 'string' || value === ''))) {
        throw invalidProp(owner, `source.triggers.${prop}`, values, `1 to ${MAX_PATTERNS}, none empty`);
      }
    }
  }
}

function requireConnection(owner: Construct, prop: string, arn: string, region: string): void {
  // A connection that the same stack makes has no ARN yet
  if (Token.isUnresolved(arn)) return;
  const partition = RegionInfo.get(region).partition ?? 'aws';
  requireLiteral(owner, prop, arn, new RegExp(`^arn:${partition}:(codeconnections|codestar-connections):[a-z0-9-]+:\\d{12}:connection/[\\w-]+$`),
    `the ARN of a connection of the partition ${partition}, as arn:${partition}:codeconnections:${region}:111122223333:connection/…`);
}
