import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidProp } from './errors';
import { FunctionNetwork } from './function-network';

/** Throws unless every region has a network, with literal ids. */
export function requireNetworks(owner: IConstruct, prop: string, regions: string[], networks: { [region: string]: FunctionNetwork }): void {
  const unknown = Object.keys(networks).find(region => !regions.includes(region));
  if (unknown !== undefined) {
    throw invalidProp(owner, prop, unknown, `regions of this system: ${regions.join(', ')}`);
  }
  for (const region of regions) {
    const network: Partial<FunctionNetwork> = networks[region] ?? {};
    requireIds(owner, `${prop} of ${region}: subnetIds`, network.subnetIds, 'subnet');
    requireIds(owner, `${prop} of ${region}: securityGroupIds`, network.securityGroupIds, 'sg');
  }
}

function requireIds(owner: IConstruct, prop: string, ids: string[] | undefined, kind: string): void {
  const isLiteral = (id: unknown) => typeof id === 'string' && !Token.isUnresolved(id) && new RegExp(`^${kind}-[0-9a-f]+$`).test(id);
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every(isLiteral)) {
    throw invalidProp(owner, prop, ids, `one or more literal ids, such as ${kind}-0123456789abcdef0`);
  }
}
