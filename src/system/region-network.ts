import { Fn, Stack } from 'aws-cdk-lib';
import {
  CfnFlowLog, CfnRouteTable, CfnSecurityGroup, CfnSubnet, CfnSubnetRouteTableAssociation, CfnVPC, CfnVPCEndpoint, GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
} from 'aws-cdk-lib/aws-ec2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, IDependable } from 'constructs';
import { acknowledge, regulatoryAcknowledgments } from './acknowledge';
import { inlineRole } from './inline-role';
import { removalPolicyOf } from './removal';
import { ResolvedNetwork } from './resolved-network';

/** Equal in every region: the VPCs are connected to nothing, so their addresses never meet. */
const VPC_CIDR = '10.0.0.0/23';
const SUBNET_CIDRS = ['10.0.0.0/24', '10.0.1.0/24'];

const HTTPS = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };

/** An egress rule that matches no traffic: without any rule, CloudFormation allows all. */
const NO_EGRESS = [{ ipProtocol: 'icmp', cidrIp: '255.255.255.255/32', fromPort: 252, toPort: 86 }];

/**
 * The VPC of a region's functions. It has no way to the internet, nor back: what functions call in AWS, they reach by endpoints, each for this account
 * only.
 *
 * Of L1 constructs, because the L2 would look up Availability Zones in the account, which needs credentials.
 */
export class RegionNetwork extends Construct implements ResolvedNetwork {
  public readonly subnetIds: string[];
  public readonly securityGroupIds: string[];
  /** The resources that a function must wait for if it runs during a deployment. */
  public readonly ready: IDependable[];

  private readonly vpc: CfnVPC;
  private readonly endpoints: CfnSecurityGroup;

  constructor(scope: Construct, id: string, name: string, key: IKey) {
    super(scope, id);
    this.vpc = new CfnVPC(this, 'Vpc', { cidrBlock: VPC_CIDR, enableDnsHostnames: true, enableDnsSupport: true, tags: [{ key: 'Name', value: name }] });
    const unusable = 'CloudFormation cannot change the security group that a VPC is born with; nothing uses it, and the VPC leads nowhere';
    acknowledge(this.vpc, ...regulatoryAcknowledgments('VPCDefaultSecurityGroupClosed', unusable));
    const routes = new CfnRouteTable(this, 'Routes', { vpcId: this.vpc.ref });
    const subnets = SUBNET_CIDRS.map((cidrBlock, i) => new CfnSubnet(this, `Subnet${i + 1}`, {
      vpcId: this.vpc.ref, cidrBlock, availabilityZone: Fn.select(i, Fn.getAzs()), tags: [{ key: 'Name', value: `${name}-${i + 1}` }],
    }));
    const routed = subnets.map((subnet, i) => new CfnSubnetRouteTableAssociation(this, `Subnet${i + 1}Routes`, { subnetId: subnet.ref, routeTableId: routes.ref }));
    this.subnetIds = subnets.map(subnet => subnet.ref);

    const functions = new CfnSecurityGroup(this, 'Functions', {
      groupDescription: 'functions, which call AWS and are called by nobody',
      vpcId: this.vpc.ref,
      // the addresses of gateway endpoints are public ones; nothing else has a route
      securityGroupEgress: [{ ...HTTPS, cidrIp: '0.0.0.0/0', description: 'AWS, by the endpoints of this VPC' }],
    });
    this.securityGroupIds = [functions.ref];
    this.endpoints = new CfnSecurityGroup(this, 'Endpoints', {
      groupDescription: 'endpoints of AWS services, for functions',
      vpcId: this.vpc.ref,
      securityGroupIngress: [{ ...HTTPS, sourceSecurityGroupId: functions.ref, description: 'functions' }],
      securityGroupEgress: NO_EGRESS,
    });

    this.ready = [
      ...routed,
      this.gateway('DynamoDB', GatewayVpcEndpointAwsService.DYNAMODB, routes, [this.ownAccount]),
      // CloudFormation takes the answers of custom resources in buckets of its own
      this.gateway('S3', GatewayVpcEndpointAwsService.S3, routes, [this.ownAccount, {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: Stack.of(this).formatArn({ service: 's3', region: '', account: '', resource: 'cloudformation-custom-resource-response-*', resourceName: '*' }),
      }]),
    ];
    this.logFlows(key);
  }

  /** Makes an endpoint for a service that has none yet. */
  public reach(service: string): void {
    const id = `Endpoint-${service}`;
    if (this.node.tryFindChild(id)) return;
    new CfnVPCEndpoint(this, id, {
      serviceName: new InterfaceVpcEndpointAwsService(service).name,
      vpcEndpointType: 'Interface',
      vpcId: this.vpc.ref,
      subnetIds: this.subnetIds,
      securityGroupIds: [this.endpoints.ref],
      privateDnsEnabled: true,
      policyDocument: { Version: '2012-10-17', Statement: [this.ownAccount] },
    });
  }

  private gateway(id: string, service: GatewayVpcEndpointAwsService, routes: CfnRouteTable, statements: object[]): CfnVPCEndpoint {
    return new CfnVPCEndpoint(this, id, {
      serviceName: service.name,
      vpcEndpointType: 'Gateway',
      vpcId: this.vpc.ref,
      routeTableIds: [routes.ref],
      policyDocument: { Version: '2012-10-17', Statement: statements },
    });
  }

  /** So that no credentials of another account, brought along, carry data away. */
  private get ownAccount(): object {
    return { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account } } };
  }

  private logFlows(key: IKey): void {
    const logs = new LogGroup(this, 'FlowLogs', { encryptionKey: key, retention: RetentionDays.ONE_YEAR, removalPolicy: removalPolicyOf(this) });
    const role = inlineRole(this, 'FlowLogsRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
      description: `writes what is sent in the VPC in ${Stack.of(this).region}`,
    });
    logs.grant(role, 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams');
    new CfnFlowLog(this, 'FlowLog', {
      resourceId: this.vpc.ref, resourceType: 'VPC', trafficType: 'ALL', logDestinationType: 'cloud-watch-logs', logDestination: logs.logGroupArn, deliverLogsPermissionArn: role.roleArn,
    });
  }
}
