import { Construct, IConstruct } from 'constructs';
import { DeadLetters } from '../../dead-letters/dead-letters';
import { EvacuationSwitch } from '../../evacuation-switch/evacuation-switch';
import { EventSubscription } from '../../global-event-bus/event-subscription';
import { GlobalEventBusBase } from '../../global-event-bus/global-event-bus-base';
import { GlobalTableBase } from '../../global-table/global-table-base';
import { MultiRegionApi } from '../../multi-region-api/multi-region-api';
import { MultiRegionFunction } from '../../multi-region-function/multi-region-function';
import { MultiRegionQueue } from '../../multi-region-queue/multi-region-queue';
import { ReplicatedWorkflow } from '../../replicated-workflow/replicated-workflow';
import { MultiRegionSystem } from '../../system/multi-region-system';

/** The constructs of a system and its units, in the order in which they were made. To be taken at synthesis, when all of them are there. */
export class Inventory {
  public readonly apis: MultiRegionApi[];
  public readonly functions: MultiRegionFunction[];
  public readonly tables: GlobalTableBase[];
  public readonly buses: GlobalEventBusBase[];
  public readonly workflows: ReplicatedWorkflow[];
  public readonly queues: MultiRegionQueue[];
  public readonly deadLetters: DeadLetters[];
  public readonly evacuation?: EvacuationSwitch;

  private readonly subscriptions: EventSubscription[];

  constructor(public readonly system: MultiRegionSystem) {
    const all = system.node.findAll();
    const of = <T extends Construct>(type: abstract new (...args: any[]) => T) => all.filter((one: IConstruct): one is T => one instanceof type);
    this.apis = of(MultiRegionApi);
    this.functions = of(MultiRegionFunction);
    this.tables = of(GlobalTableBase);
    this.buses = of(GlobalEventBusBase);
    this.subscriptions = all.filter(one => one instanceof EventSubscription);
    this.workflows = of(ReplicatedWorkflow);
    this.queues = of(MultiRegionQueue);
    this.deadLetters = all.filter(one => one instanceof DeadLetters);
    this.evacuation = all.find(one => one instanceof EvacuationSwitch);
  }

  /** Returns the subscriptions to a bus. */
  public subscriptionsTo(bus: GlobalEventBusBase): EventSubscription[] {
    return this.subscriptions.filter(subscription => subscription.node.scope === bus);
  }

  /** Indicates whether the regions have alarms: a region's topic and its composite alarm are made with its first one. */
  public get hasAlarms(): boolean {
    return this.system._stacks.regionalAlarms.some(alarms => alarms.exist);
  }
}
