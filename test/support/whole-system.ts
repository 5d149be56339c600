import { App } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { DOMAIN } from './order-system';
import { CODE, regionNames, testApp } from './synth';
import {
  ApiAuthorization, EventSubscription, GlobalEventBus, GlobalTable, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionQueue,
  MultiRegionSystem, MultiRegionSystemProps, ReplicatedWorkflow, WorkflowDefinition,
} from '../../src';

/** One of each construct, wired to each other. */
export interface WholeSystem {
  readonly system: MultiRegionSystem;
  readonly fn: MultiRegionFunction;
  readonly table: GlobalTable;
  readonly bus: GlobalEventBus;
  readonly subscription: EventSubscription;
  readonly queue: MultiRegionQueue;
  readonly workflow: ReplicatedWorkflow;
  readonly api: MultiRegionApi;
}

/** Returns a system of up to 20 regions, with one of each construct. */
export function wholeSystem(count: number, props: Partial<MultiRegionSystemProps> = {}, app: App = testApp()): WholeSystem {
  const [primaryRegion, ...secondaryRegions] = regionNames(count);
  const system = new MultiRegionSystem(app, 'Shop', { primaryRegion, secondaryRegions, ...props });
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  const table = new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  table.detectConflicts();
  const bus = new GlobalEventBus(system, 'Bus');
  const queue = new MultiRegionQueue(system, 'Queue');
  queue.addConsumer(fn);
  const subscription = bus.subscribe('ToQueue', { eventPattern: { source: ['shop'] }, target: queue });
  const workflow = new ReplicatedWorkflow(system, 'Workflow', {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: fn } }),
    trigger: { bus, eventPattern: { source: ['shop'] }, idempotencyKeyPath: '$.detail.orderId' },
  });
  const api = new MultiRegionApi(system, 'Api', { domain: DOMAIN, authorization: ApiAuthorization.none({ reason: 'a test' }) });
  api.addRoute(HttpMethod.GET, '/things', fn);
  return { system, fn, table, bus, subscription, queue, workflow, api };
}
