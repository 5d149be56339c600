import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { CfnRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, CfnFunction, Code, Function, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { tracingPolicyOf } from './tracing';
import { acknowledge, regulatoryAcknowledgments } from '../system/acknowledge';
import { inlineRole } from '../system/inline-role';
import { removalPolicyOf } from '../system/removal';

export interface RegionalFunctionProps {
  /** @default - made by CloudFormation */
  readonly functionName?: string;
  readonly description?: string;
  readonly code: Code;
  /** @default 'index.handler' */
  readonly handler?: string;
  /** @default Runtime.NODEJS_24_X */
  readonly runtime?: Runtime;
  /** @default Architecture.ARM_64 */
  readonly architecture?: Architecture;
  /** @default 512 */
  readonly memorySize?: number;
  readonly timeout: Duration;
  readonly environment?: { [key: string]: string };
  readonly reservedConcurrentExecutions?: number;
  readonly provisionedConcurrentExecutions?: number;
  /** @default [] */
  readonly layerArns?: string[];
  /** @default - 512 MiB */
  readonly ephemeralStorageSize?: Size;
  /** @default false */
  readonly snapStart?: boolean;
  readonly retryAttempts?: number;
  readonly logRetention: RetentionDays;
  /** Encrypts the log and the environment variables. */
  readonly key?: IKey;
  /** The reason why what fails for good is not kept by the function itself, for who checks compliance. */
  readonly withoutDeadLetterQueue: string;
}

/**
 * A function in one region's stack, with a role and a log group of its own, JSON logs and traces. It knows nothing of other regions, of aliases or of dead letters.
 */
export class RegionalFunction {
  public readonly function: Function;
  public readonly role: Role;
  public readonly logGroup: ILogGroup;
  private readonly statements = new Map<string, PolicyStatement>();

  constructor(scope: Construct, props: RegionalFunctionProps) {
    const stack = Stack.of(scope);
    const { key } = props;
    this.logGroup = new LogGroup(scope, 'Logs', { encryptionKey: key, retention: props.logRetention, removalPolicy: removalPolicyOf(scope) });
    this.role = inlineRole(scope, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.functionName === undefined ? props.description ?? '' : `${props.functionName} in ${stack.region}`,
      managedPolicies: [tracingPolicyOf(stack)],
    });
    this.logGroup.grantWrite(this.role);
    key?.grantDecrypt(this.role);
    this.function = new Function(scope, 'Function', {
      functionName: props.functionName,
      description: props.description,
      code: props.code,
      handler: props.handler ?? 'index.handler',
      runtime: props.runtime ?? Runtime.NODEJS_24_X,
      architecture: props.architecture ?? Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      environment: props.environment,
      environmentEncryption: key,
      reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      retryAttempts: props.retryAttempts,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Earlier versions stay, to go back to by hand. One whose deployment was rolled back must go: Lambda publishes none of code that its latest version has, so the next try would be given that
      // version's number, which CloudFormation refuses. One with provisioned concurrency would be paid for as long as it is there.
      currentVersionOptions: {
        removalPolicy: props.provisionedConcurrentExecutions === undefined ? removalPolicyOf(scope) : RemovalPolicy.DESTROY,
        provisionedConcurrentExecutions: props.provisionedConcurrentExecutions,
      },
      ephemeralStorageSize: props.ephemeralStorageSize,
    });
    const resource = this.function.node.defaultChild as CfnFunction;
    // at the L1, because the L2 would put X-Ray's wildcard into the role: see tracingPolicyOf
    resource.tracingConfig = { mode: 'Active' };
    resource.layers = props.layerArns;
    if (props.snapStart) resource.snapStart = { applyOn: 'PublishedVersions' };
    acknowledge(this.function, { id: 'Serverless-LambdaDLQ', reason: props.withoutDeadLetterQueue }, ...regulatoryAcknowledgments('LambdaDLQ', props.withoutDeadLetterQueue));
  }

  /** Gives the role a name, instead of one that CloudFormation makes. */
  public nameRole(roleName: string): void {
    (this.role.node.defaultChild as CfnRole).roleName = roleName;
  }

  /** Lets the function do something; all resources of the same actions are in one statement. */
  public allow(actions: string[], resources: string[]): void {
    const key = actions.join();
    const existing = this.statements.get(key);
    if (existing) {
      existing.addResources(...resources.filter(resource => !existing.resources.includes(resource)));
      return;
    }
    const statement = new PolicyStatement({ actions, resources });
    this.statements.set(key, statement);
    this.role.addToPrincipalPolicy(statement);
  }
}
