import { Stack } from 'aws-cdk-lib';
import { IProject } from 'aws-cdk-lib/aws-codebuild';
import { IRole, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ArtifactStore } from './artifact-store';
import { acknowledge } from '../system/acknowledge';
import { invalidProp } from '../system/errors';
import { inlineRole } from '../system/inline-role';

/**
 * The characters of resources in one statement. IAM takes 10,240 characters for all that is written in the role, and 6,144 for a managed policy.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const ROOM_INLINE = 3000;
const ROOM_MANAGED = 5500;
/**
 * The managed policies that a role takes, unless the account's quota was raised.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_MANAGED = 10;
/** The length of an ARN of a project or role, without its name. */
const ARN_LENGTH = 60;
/** The length that a reference counts with. */
const REFERENCE_LENGTH = 128;

export interface PipelineRoleProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly connectionArn: string;
}

/**
 * The role of a pipeline and of all its actions.
 *
 * Its permissions are written out here, since the CDK would give each action a role of its own with wildcards for all objects, keys and kinds of access.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
 */
export class PipelineRole extends Construct {
  /** The pipeline's ARN, of literal parts: the pipeline refers to what must know it. */
  public readonly pipelineArn: string;
  /** The role for the CDK, which adds nothing to it. */
  public readonly withoutPolicyUpdates: IRole;

  private readonly role: Role;
  private readonly projects: { readonly project: IProject; readonly name: string }[] = [];
  private readonly functions: IFunction[] = [];

  constructor(scope: Construct, id: string, private readonly props: PipelineRoleProps) {
    super(scope, id);
    this.pipelineArn = Stack.of(this).formatArn({ service: 'codepipeline', resource: props.pipelineName });
    this.role = inlineRole(this, 'Role', { assumedBy: new ServicePrincipal('codepipeline.amazonaws.com'), description: `the pipeline ${props.pipelineName}` });
    this.withoutPolicyUpdates = this.role.withoutPolicyUpdates();
  }

  public allowRunning(project: IProject, name: string): void {
    this.projects.push({ project, name });
  }

  public allowInvoking(...functions: IFunction[]): void {
    this.functions.push(...functions);
  }

  /** Writes the permissions, once all that needs one is there. */
  public finish(): void {
    const { store, connectionArn } = this.props;
    this.allow(['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectAcl'], [store.bucket.arnForObjects('*')]);
    store.acknowledgeObjects(this.role);
    this.allow(['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'], [store.bucket.bucketArn]);
    this.allow(['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], [store.key.keyArn]);
    // the service has two names, and a connection that was made under the old one keeps it
    this.allow(['codeconnections:UseConnection', 'codestar-connections:UseConnection'], [connectionArn]);
    this.allowMany('Projects', ['codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild'], this.projects.map(({ project, name }) => ({ arn: project.projectArn, length: Math.max(REFERENCE_LENGTH, ARN_LENGTH + name.length) })));
    this.allow(['lambda:InvokeFunction'], this.functions.map(({ functionArn }) => functionArn));
    this.role.addManagedPolicy(this.listingFunctions());
  }

  /**
   * Returns the permission that the CDK's own action grants besides. The documentation does not say whether CodePipeline lists functions before it
   * invokes one; without this, no gate would open if it does.
   */
  private listingFunctions(): ManagedPolicy {
    const policy = new ManagedPolicy(this, 'Functions', {
      description: `the pipeline ${this.props.pipelineName} lists functions`,
      statements: [new PolicyStatement({
        actions: ['lambda:ListFunctions'], resources: ['*'], conditions: { StringEquals: { 'aws:RequestedRegion': Stack.of(this).region } },
      })],
    });
    acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'Lambda\'s action for listing functions knows no resources; the condition leaves the pipeline\'s region' });
    return policy;
  }

  private allow(actions: string[], resources: string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }

  /** Allows the same on as many resources as there are: the first ones in the role, the others in managed policies. */
  private allowMany(id: string, actions: string[], resources: { readonly arn: string; readonly length: number }[]): void {
    const lists: string[][] = [];
    let room = 0;
    for (const { arn, length } of resources) {
      if (room < length) {
        room = lists.push([]) === 1 ? ROOM_INLINE : ROOM_MANAGED;
      }
      lists.at(-1)!.push(arn);
      room -= length;
    }
    // one of them lets it list functions
    if (lists.length > MAX_MANAGED) {
      throw invalidProp(this, 'stages', `${resources.length} stacks with the build`, 'as many as a role may be allowed to deploy: have a pipeline for each system');
    }
    lists.forEach((arns, i) => {
      if (i === 0) {this.allow(actions, arns);} else {
        this.role.addManagedPolicy(new ManagedPolicy(this, `${id}${i}`, {
          description: `the pipeline ${this.props.pipelineName}`, statements: [new PolicyStatement({ actions, resources: arns })],
        }));
      }
    });
  }
}
