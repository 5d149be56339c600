import { Duration } from 'aws-cdk-lib';
import { BuildEnvironmentVariable, BuildSpec, ComputeType, LinuxBuildImage, PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ArtifactStore } from './artifact-store';
import { acknowledge, regulated } from '../system/acknowledge';
import { inlineRole } from '../system/inline-role';
import { removalPolicyOf } from '../system/removal';

/** What differs between the actions of a pipeline. */
export interface ActionProjectProps {
  readonly description: string;
  readonly buildspec: object;
  readonly environment?: { [name: string]: BuildEnvironmentVariable };
  readonly computeType: ComputeType;
  readonly timeout: Duration;
  /** Whether it hands something on. */
  readonly hasOutput: boolean;
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
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: CommandProjectProps) {
    super(scope, id);
    const { store } = props;
    const logGroup = new LogGroup(this, 'Logs', { encryptionKey: store.logKey, retention: props.logRetention, removalPolicy: removalPolicyOf(this) });
    this.role = inlineRole(this, 'Role', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com'), description: props.description });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    this.allow(['kms:Decrypt', 'kms:DescribeKey', ...props.hasOutput ? ['kms:Encrypt', 'kms:GenerateDataKey'] : []], [store.key.keyArn]);
    this.allow(['s3:GetObject', 's3:GetObjectVersion', ...props.hasOutput ? ['s3:PutObject'] : []], [store.bucket.arnForObjects('*')]);
    store.acknowledgeObjects(this.role);
    this.project = new PipelineProject(this, 'Project', {
      projectName: props.projectName,
      description: props.description,
      // its permissions are above: the CDK would add wildcards
      role: this.role.withoutPolicyUpdates(),
      grantReportGroupPermissions: false,
      buildSpec: BuildSpec.fromObject(props.buildspec as any),
      environment: { buildImage: LinuxBuildImage.AMAZON_LINUX_2023_5, computeType: props.computeType, privileged: false },
      environmentVariables: props.environment,
      encryptionKey: store.key,
      timeout: props.timeout,
      queuedTimeout: Duration.hours(1),
      logging: { cloudWatch: { logGroup } },
    });
    acknowledge(this.project, ...regulated('CodeBuildProjectSourceRepoUrl', 'the source is what CodePipeline hands over: the project signs in at no repository'));
  }

  /** Lets the commands do something. */
  public allow(actions: string[], resources: string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }
}
