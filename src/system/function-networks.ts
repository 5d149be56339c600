import { Construct } from 'constructs';
import { invalidProp } from './errors';
import { FunctionNetwork } from './function-network';
import { requireRegions } from './regions';
import { ResolvedNetwork, resolveNetwork } from './resolved-network';

/** The networks of the functions of a system, or of one of its units, by region. */
export class FunctionNetworks {
  private readonly networks = new Map<string, ResolvedNetwork>();
  /** The regions that have functions already. */
  private readonly taken = new Set<string>();

  /** @param outer the networks of the system, for regions that a unit has none of its own in */
  constructor(private readonly owner: Construct, private readonly regions: string[], private readonly outer?: FunctionNetworks) {}

  /** Sets the networks that a prop gives, of all regions or some. */
  public addAll(networks: { [region: string]: FunctionNetwork }): void {
    Object.entries(resolveNetworks(this.owner, 'functionNetworks', this.regions, networks)).forEach(([region, network]) => this.networks.set(region, network));
  }

  /** Sets the network of a region; throws if it has one, or a function already. */
  public add(region: string, network: FunctionNetwork): void {
    if (this.networks.has(region)) throw invalidProp(this.owner, 'region', region, 'a region that has no network yet');
    if (this.taken.has(region)) throw invalidProp(this.owner, 'region', `${region}, where there are functions already`, 'a region without functions: add its network before them');
    this.networks.set(region, resolveNetwork(this.owner, 'network', region, network));
  }

  /** The network of a region's functions, if it is the user's. From then on, none can be added there. */
  public take(region: string): ResolvedNetwork | undefined {
    this.taken.add(region);
    return this.networks.get(region) ?? this.outer?.take(region);
  }
}

/** The networks of some regions of a system, checked. */
export function resolveNetworks(
  owner: Construct, prop: string, regions: string[], networks: { [region: string]: FunctionNetwork },
): { [region: string]: ResolvedNetwork } {
  requireRegions(owner, prop, regions, networks);
  return Object.fromEntries(Object.entries(networks).map(([region, network]) => [region, resolveNetwork(owner, prop, region, network)]));
}
