import { Construct } from 'constructs';
import { FunctionNetwork } from './function-network';
import { FunctionNetworks } from './function-networks';
import { MultiRegionSystem } from './multi-region-system';
import { NameRule, physicalName } from './names';
import { RegionStacks } from './region-stacks';

/**
 * A part of a system with stacks of its own in every region, for an application that is larger than a CloudFormation stack: 500 resources, which is about 32 functions with a route each.
 *
 * It is a scope like the system. Constructs of one unit use those of another by literal names, as regions do: grants, routes of an API in the system, subscriptions, consumers, steps of a workflow.
 * What connects two units is in the mesh stacks, which are deployed last; an API is in the system itself or in the unit of the functions that it calls. The stacks of units are deployed before the
 * system's own of the same region. Global tables of a unit are in the system's global stack.
 *
 * Each unit has dead-letter queues, a composite alarm `<system>-<unit>-<region>-unhealthy`, and with `ComplianceMode.STRICT` a key and, unless `functionNetworks` are given, VPCs of its own: their
 * endpoints are what it costs. Its alarms notify the system's topics, and count in the system's composite alarms.
 *
 * Throws if the id gives names that CloudFormation does not accept, or if the scope is not a system.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export class SystemUnit extends Construct {
  /** The name, which stacks and physical names have after the system's. */
  public readonly unitName: string;

  /** The stacks of the unit in every region. @internal */
  public readonly _stacks: RegionStacks;

  private readonly functionNetworks: FunctionNetworks;

  constructor(system: MultiRegionSystem, id: string) {
    super(system, id);
    if (!(system instanceof MultiRegionSystem)) {
      // throws as well if there is none around, or one of another copy of this package
      MultiRegionSystem.of(system);
      throw new Error(`scope is ${(system as Construct).node.path}; allowed: a MultiRegionSystem, because units are not nested [${this.node.path}]`);
    }
    physicalName(this, system.namePrefix, [id], NameRule.UNIT);
    this.unitName = id;
    this.functionNetworks = new FunctionNetworks(this, system.regions, system._functionNetworks);
    this._stacks = system._addUnit(this, id, this.functionNetworks);
  }

  /**
   * Sets the VPC that the unit's functions of one region run in, instead of the system's. It must be set before the first function.
   *
   * Throws if it is not a region of the system, if the region has a network or functions already, or if the network is not acceptable.
   */
  public addFunctionNetwork(region: string, network: FunctionNetwork): void {
    this.functionNetworks.add(MultiRegionSystem.of(this)._requireRegion(region), network);
  }
}
