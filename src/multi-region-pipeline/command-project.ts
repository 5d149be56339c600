import { Duration } from 'aws-cdk-lib';
import { BuildEnvironmentVariable, BuildSpec, Cache, ComputeType, IBuildImage, LinuxBuildImage, PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ArtifactStore } from './artifact-store';
import { networkPolicy, registryPolicy } from './build-permissions';
import { BuildVpcConfig } from './build-props';
import { acknowledge, regulatoryAcknowledgments } from '../system/acknowledge';
import { inlineRole } from '../system/inline-role';
import { removalPolicyOf } from '../system/removal';

/** The folder of the store that has the cache. */
const CACHE = 'cache';

/** The props that differ between the actions of a pipeline. */
export interface ActionProjectProps {
  readonly description: string;
  readonly buildspec: object;
  readonly environment?: { [name: string]: BuildEnvironmentVariable };
  readonly computeType: ComputeType;
  readonly timeout: Duration;
  /** Indicates whether it has an output artifact. */
  readonly hasOutput: boolean;
  /** The folders of the buildspec's cache are kept in the store. */
  readonly isCached?: boolean;
  readonly image?: IBuildImage;
  readonly isPrivileged?: boolean;
  readonly vpcConfig?: BuildVpcConfig;
}

/** Makes the project of an action. */
export type ProjectFactory = (action: string, props: ActionProjectProps) => CommandProject;

export interface CommandProjectProps extends ActionProjectProps {
  readonly projectName: string;
  readonly store: ArtifactStore;
  readonly logRetention: RetentionDays;
}

/** A CodeBuild project that runs the commands of one action, by a role of its own with what these need. */
export class CommandProject extends Construct {
  public readonly project: PipelineProject;
  public readonly role: Role;

  constructor(scope: Construct, id: string, props: CommandProjectProps) {
    super(scope, id);
    const { store, image = LinuxBuildImage.AMAZON_LINUX_2023_5, vpcConfig, isCached = false, isPrivileged = false } = props;
    const logGroup = new LogGroup(this, 'Logs', { encryptionKey: store.logKey, retention: props.logRetention, removalPolicy: removalPolicyOf(this) });
    this.role = inlineRole(this, 'Role', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com'), description: props.description });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    this.allow(['kms:Decrypt', 'kms:DescribeKey', ...props.hasOutput ? ['kms:Encrypt', 'kms:GenerateDataKey'] : []], [store.key.keyArn]);
    this.allow(['s3:GetObject', 's3:GetObjectVersion', ...props.hasOutput ? ['s3:PutObject'] : []], [store.bucket.arnForObjects('*')]);
    if (isCached) {
      // else S3 tells of an object that is not there that access is denied
      this.allow(['s3:ListBucket'], [store.bucket.bucketArn]);
    }
    store.acknowledgeObjects(this.role);
    this.allowImage(image);
    if (vpcConfig) this.role.addManagedPolicy(networkPolicy(this, vpcConfig));
    this.project = new PipelineProject(this, 'Project', {
      projectName: props.projectName,
      description: props.description,
      // its permissions are above: the CDK would add wildcards
      role: this.role.withoutPolicyUpdates(),
      grantReportGroupPermissions: false,
      buildSpec: BuildSpec.fromObject(props.buildspec as any),
      environment: { buildImage: image, computeType: props.computeType, privileged: isPrivileged },
      environmentVariables: props.environment,
      encryptionKey: store.key,
      cache: isCached ? Cache.bucket(store.bucket, { prefix: CACHE }) : undefined,
      ...vpcConfig,
      timeout: props.timeout,
      queuedTimeout: Duration.hours(1),
      logging: { cloudWatch: { logGroup } },
    });
    // for the VPC the CDK makes a policy, which is attached to no role here, and so in no template
    this.project.node.tryRemoveChild('PolicyDocument');
    if (isPrivileged) {
      acknowledge(this.project, { id: 'AwsSolutions-CB3', reason: 'the owner of the pipeline has asked for it, because the build runs Docker' });
    }
    if (image.repository || !image.imageId.startsWith('aws/codebuild/')) {
      acknowledge(this.project, { id: 'AwsSolutions-CB5', reason: 'the owner of the pipeline has chosen an image of their own, which has what the build needs' });
    }
    acknowledge(this.project, ...regulatoryAcknowledgments('CodeBuildProjectSourceRepoUrl', 'the source is what CodePipeline hands over: the project signs in at no repository'));
  }

  /** Lets the commands do something. */
  public allow(actions: string[], resources: string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }

  /**
   * Lets CodeBuild get the image, if it is in a registry that asks.
   *
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/private-registry.html
   */
  private allowImage({ repository, secretsManagerCredentials }: IBuildImage): void {
    if (repository) {
      this.allow(['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], [repository.repositoryArn]);
      this.role.addManagedPolicy(registryPolicy(this));
    }
    secretsManagerCredentials?.grantRead(this.role);
  }
}
