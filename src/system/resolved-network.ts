import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct, IDependable } from 'constructs';
import { invalidProp } from './errors';
import { FunctionNetwork } from './function-network';

/** The values that the CDK would look up in an account for a network. */
const LOOKED_UP = /^(vpc-provider|security-group|availability-zones):/;

/** The network of functions, checked, by ids. */
export interface ResolvedNetwork {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  /** The constructs that a function which runs during a deployment must wait for. */
  readonly ready: IDependable[];
}

/** Throws unless a network of a region has literal ids, or constructs of that region that nothing looks up. */
export function resolveNetwork(owner: IConstruct, prop: string, region: string, network: FunctionNetwork): ResolvedNetwork {
  const { vpc, vpcSubnets, securityGroups, subnetIds, securityGroupIds } = network ?? {};
  const at = `${prop} of ${region}`;
  if (vpc !== undefined && !Construct.isConstruct(vpc)) throw invalidProp(owner, `${at}: vpc`, vpc, 'a VPC, as of Vpc.fromVpcAttributes');
  if (securityGroups !== undefined && !(Array.isArray(securityGroups) && securityGroups.every(Construct.isConstruct))) {
    throw invalidProp(owner, `${at}: securityGroups`, securityGroups, 'a list of security groups, as of SecurityGroup.fromSecurityGroupId');
  }
  if (vpc === undefined) {
    if (vpcSubnets !== undefined) throw invalidProp(owner, `${at}: vpcSubnets`, 'given without vpc', 'nothing, or the vpc as well');
    requireIds(owner, `${at}: subnetIds`, subnetIds, 'subnet');
  } else if (subnetIds !== undefined) {
    throw invalidProp(owner, `${at}: subnetIds`, subnetIds, 'nothing, because vpc is given; vpcSubnets selects its subnets');
  }
  const groups = securityGroups ?? [];
  if (securityGroups === undefined) requireIds(owner, `${at}: securityGroupIds`, securityGroupIds, 'sg');
  else if (securityGroupIds !== undefined) throw invalidProp(owner, `${at}: securityGroupIds`, securityGroupIds, 'nothing, because securityGroups are given');
  else if (groups.length === 0) throw invalidProp(owner, `${at}: securityGroups`, groups, 'one or more security groups');
  [...vpc ? [vpc] : [], ...groups].forEach(construct => requireOffline(owner, at, region, construct));
  const subnets = vpc && subnetsOf(owner, at, vpc, network);
  return {
    subnetIds: subnets?.subnetIds ?? subnetIds!,
    securityGroupIds: securityGroups?.map(group => group.securityGroupId) ?? securityGroupIds!,
    ready: subnets ? [subnets.internetConnectivityEstablished] : [],
  };
}

/** Throws if functions of a stack cannot name a network, because it is made in another stack. */
export function requireSameStack(owner: IConstruct, { subnetIds, securityGroupIds }: ResolvedNetwork, stack: Stack): void {
  for (const id of [...subnetIds, ...securityGroupIds].filter(Token.isUnresolved)) {
    const target = Tokenization.reverseString(id).tokens.find(Reference.isReference)?.target;
    if (target === undefined || Stack.of(target) !== stack) {
      throw invalidProp(owner, 'network', target ?? id, `constructs of the stack ${stack.node.path}, or of literal ids, because no stack refers to another`);
    }
  }
}

function subnetsOf(owner: IConstruct, at: string, vpc: IVpc, { vpcSubnets }: FunctionNetwork) {
  const selected = vpc.selectSubnets(vpcSubnets);
  if (selected.hasPublic) {
    throw invalidProp(owner, `${at}: vpcSubnets`, 'a selection with public subnets', 'private or isolated subnets, because a function in a public one has no way to the internet');
  }
  if (selected.subnetIds.length === 0) throw invalidProp(owner, `${at}: vpcSubnets`, 'a selection without subnets', 'at least one subnet, best in two Availability Zones or more');
  return selected;
}

function requireOffline(owner: IConstruct, at: string, region: string, construct: IConstruct): void {
  const stack = Stack.of(construct);
  const { _missingContext: missing } = stack as unknown as { _missingContext: { key: string }[] };
  // of what the context knows already, the class tells
  if (/^LookedUp/.test(construct.constructor.name) || missing.some(({ key }) => LOOKED_UP.test(key))) {
    throw invalidProp(owner, at, `${construct.node.path}, which the CDK looks up`,
      'what is known without an account, because synthesis needs none: Vpc.fromVpcAttributes, SecurityGroup.fromSecurityGroupId, literal ids, or a Vpc in a system without account');
  }
  if (!Token.isUnresolved(stack.region) && stack.region !== region) {
    throw invalidProp(owner, at, `${construct.node.path}, of a stack in ${stack.region}`, `constructs of a stack in ${region}`);
  }
}

function requireIds(owner: IConstruct, prop: string, ids: string[] | undefined, kind: string): void {
  const isLiteral = (id: unknown) => typeof id === 'string' && !Token.isUnresolved(id) && new RegExp(`^${kind}-[0-9a-f]+$`).test(id);
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every(isLiteral)) {
    throw invalidProp(owner, prop, ids, `one or more literal ids, such as ${kind}-0123456789abcdef0`);
  }
}
