import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, IManagedPolicy, ManagedPolicy, PolicyStatement, PolicyStatementProps, Role } from 'aws-cdk-lib/aws-iam';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnFunction, Function } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge, regulatoryAcknowledgments } from './acknowledge';
import { ComplianceMode } from './compliance-mode';
import { regionKey } from './region-key';
import { RegionNetwork } from './region-network';
import { requireSameStack, ResolvedNetwork } from './resolved-network';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const NETWORK_INTERFACES = [
  'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

export interface RegionProtectionProps {
  readonly name: string;
  readonly mode: ComplianceMode;
  /** The ARN of the user's key for what the region has of the system. */
  readonly keyArn?: string;
  /** A network of the user's. */
  readonly network: () => ResolvedNetwork | undefined;
}

/** The connection of a function. */
export interface Connection {
  /** Indicates whether it calls something outside of AWS. */
  readonly internetAccess: boolean;
  /** @default - that of the region */
  readonly network?: ResolvedNetwork;
}

/** The protection that a region gives to all constructs that have a part there, as its system's compliance mode says: none, unless it is strict. */
export class RegionProtection {
  private scope?: Construct;
  private keyOnce?: IKey;
  private givenKeyOnce?: IKey;
  private networkOnce?: RegionNetwork;
  private networkInterfacesOnce?: IManagedPolicy;

  constructor(private readonly stack: () => Stack, private readonly props: RegionProtectionProps) {}

  /** The key for logs and environment variables, made when it is first asked for. */
  public get key(): IKey | undefined {
    const { mode, name } = this.props;
    if (mode === ComplianceMode.STRICT) this.keyOnce ??= this.givenKey ?? regionKey(this.construct, name);
    return this.keyOnce ?? this.givenKey;
  }

  /** The user's key, for queues and the alarm topic as well. */
  public get givenKey(): IKey | undefined {
    const { keyArn } = this.props;
    if (keyArn !== undefined) this.givenKeyOnce ??= Key.fromKeyArn(this.construct, 'Key', keyArn);
    return this.givenKeyOnce;
  }

  /** Puts a function into its own network, or else into the region's, if there is one. */
  public connect(fn: Function, role: Role, { internetAccess, network: given = this.props.network() }: Connection): void {
    const own = given ? undefined : this.ownNetwork;
    if (own && internetAccess) {
      acknowledge(fn, ...regulatoryAcknowledgments('LambdaInsideVPC', 'the function calls something outside of AWS, where the VPC of the system does not lead; nothing can call it but by Lambda, with a permission of IAM'));
      return;
    }
    const network = given ?? own;
    if (!network) return;
    requireSameStack(fn, network, Stack.of(fn));
    (fn.node.defaultChild as CfnFunction).vpcConfig = { subnetIds: network.subnetIds, securityGroupIds: network.securityGroupIds };
    role.addManagedPolicy(this.networkInterfaces);
    fn.node.addDependency(...network.ready);
    // what functions add to traces
    own?.reach('xray');
  }

  /** Lets functions of the system's own network call a service. Gateways lead to DynamoDB and S3 already. */
  public reach(service: string): void {
    this.ownNetwork?.reach(service);
  }

  private get ownNetwork(): RegionNetwork | undefined {
    const { mode, name } = this.props;
    if (mode === ComplianceMode.STRICT && !this.props.network()) this.networkOnce ??= new RegionNetwork(this.construct, 'Network', name, this.key!);
    return this.networkOnce;
  }

  private get construct(): Construct {
    return this.scope ??= new Construct(this.stack(), 'Protection');
  }

  /**
   * Lambda uses a function's role for its network interfaces: the function's own code may not. It is the same for all functions, so one managed policy
   * does, where inline ones would bring a stack of many functions and regions near the limit of 500 resources.
   */
  private get networkInterfaces(): IManagedPolicy {
    return this.networkInterfacesOnce ??= this.allowNetworkInterfaces();
  }

  private allowNetworkInterfaces(): IManagedPolicy {
    const statement = (props: PolicyStatementProps) => new PolicyStatement({ actions: NETWORK_INTERFACES, resources: ['*'], ...props });
    const anyFunction = this.stack().formatArn({ service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const policy = new ManagedPolicy(this.construct, 'NetworkInterfaces', {
      description: `lets Lambda connect functions of ${this.props.name} to their VPC`,
      statements: [statement({}), statement({ effect: Effect.DENY, conditions: { ArnLike: { 'lambda:SourceFunctionArn': anyFunction } } })],
    });
    acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'Lambda makes network interfaces that have no name before; the code of functions is denied what Lambda may' });
    return policy;
  }
}
