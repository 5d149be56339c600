import { Stack } from 'aws-cdk-lib';
import { IProject } from 'aws-cdk-lib/aws-codebuild';
import { Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import { IRole, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ArtifactStore } from './artifact-store';
import { BootstrapRoles } from './bootstrap-roles';
import { allowDescribingAlarms, DeploymentGate } from './deployment-gate';
import { isForeign, SystemPlan } from './deployment-plan';
import { acknowledge, acknowledgeInlinePolicies } from '../system/acknowledge';

export interface PipelineRoleProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly connectionArn: string;
}

/**
 * The role of a pipeline and of all its actions and rules.
 *
 * What it may is collected here, since the CDK would give each action a role of its own with wildcards for all objects, keys and kinds of access.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
 */
export class PipelineRole extends Construct {
  /** The pipeline's ARN, of literal parts: the pipeline refers to what must know it. */
  public readonly pipelineArn: string;
  /** The role for the CDK, which adds nothing to it. */
  public readonly withoutPolicyUpdates: IRole;

  private readonly role: Role;
  private readonly projects: IProject[] = [];
  private readonly gates: IFunction[] = [];
  private readonly alarmRegions = new Set<string>();
  private readonly readers = new Set<string>();

  constructor(scope: Construct, id: string, private readonly props: PipelineRoleProps) {
    super(scope, id);
    this.pipelineArn = Stack.of(this).formatArn({ service: 'codepipeline', resource: props.pipelineName });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codepipeline.amazonaws.com'), description: `the pipeline ${props.pipelineName}` });
    this.withoutPolicyUpdates = this.role.withoutPolicyUpdates();
  }

  public allowRunning(project: IProject): void {
    this.projects.push(project);
  }

  public allowAsking(gate: DeploymentGate): void {
    this.gates.push(gate.function);
  }

  public allowWatching({ system, stages }: SystemPlan, roles: BootstrapRoles): void {
    const regions = stages.flatMap(stage => stage.alarms.map(({ region }) => region));
    regions.forEach(region => isForeign(system, Stack.of(this)) ? this.readers.add(roles.reading(region)) : this.alarmRegions.add(region));
  }

  /** Writes down what was asked for, before the pipeline is there, which starts at once. */
  public finish(pipeline: Pipeline): void {
    const { store, connectionArn } = this.props;
    const artifacts = this.allow('Artifacts', ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectAcl'], [store.bucket.arnForObjects('*')]);
    acknowledge(artifacts, {
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(store.bucket.node.defaultChild as any)}.Arn>/*]`,
      reason: 'CodePipeline names the artifacts itself; the bucket holds those of this pipeline only',
    });
    const policies = [
      artifacts,
      this.allow('Bucket', ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'], [store.bucket.bucketArn]),
      this.allow('Key', ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], [store.key.keyArn]),
      // the service has two names, and a connection that was made under the old one keeps it
      this.allow('Connection', ['codeconnections:UseConnection', 'codestar-connections:UseConnection'], [connectionArn]),
      this.allow('Projects', ['codebuild:BatchGetBuilds', 'codebuild:StartBuild'], this.projects.map(project => project.projectArn)),
      this.allow('Gates', ['lambda:InvokeFunction'], this.gates.map(gate => gate.functionArn)),
      ...this.alarmRegions.size > 0 ? [allowDescribingAlarms(this, this.role, [...this.alarmRegions])] : [],
      ...this.readers.size > 0 ? [this.allow('OtherAccounts', ['sts:AssumeRole'], [...this.readers])] : [],
    ];
    pipeline.node.addDependency(...policies);
  }

  private allow(id: string, actions: string[], resources: string[]): Policy {
    const policy = new Policy(this, id, { roles: [this.role], statements: [new PolicyStatement({ actions, resources })] });
    acknowledgeInlinePolicies(policy);
    return policy;
  }
}
