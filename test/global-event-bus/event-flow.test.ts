/**
 * Where events go, by the synthesized rules alone: patterns and targets are read from the templates of every region and evaluated as EventBridge does, for random
 * topologies and random events.
 */
import * as fc from 'fast-check';
import { EventReplication, GlobalEventBus, GlobalEventBusProps, MultiRegionQueue, MultiRegionSystem, SubscriptionScope } from '../../src';
import { matchesPattern } from '../support/event-pattern';
import { resources, templates, testApp } from '../support/synth';

const ALL = [
  'ap-southeast-2', 'us-west-2', 'eu-west-1', 'us-east-1', 'eu-central-1', 'ap-northeast-1', 'sa-east-1', 'ca-central-1', 'af-south-1', 'eu-north-1', 'us-east-2', 'eu-west-3',
];
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.info(`event flow: FC_SEED=${SEED}`);

type Event = Record<string, unknown> & { region: string };
interface Bus { readonly region: string; readonly name: string }
interface Delivery { readonly bus: Bus; readonly event: Event; readonly hops: number }
interface Rule { readonly pattern: Record<string, unknown>; readonly targets: string[]; readonly bus: Bus }

/** The rules of all regions, as EventBridge would have them after a deployment. */
class EventBridge {
  public readonly deliveries: Delivery[] = [];
  public readonly taken: { target: string; region: string; event: Event }[] = [];
  private readonly rules: Rule[];

  constructor(system: MultiRegionSystem, change: (pattern: Record<string, any>) => Record<string, any> = pattern => pattern) {
    this.rules = Object.entries(templates(system)).filter(([stack]) => stack !== 'global').flatMap(([stack, template]) => (
      resources(template, 'AWS::Events::Rule').map(({ Properties }) => {
        const region = stack.replace(/-mesh$/, '');
        const name = Properties.EventBusName.Ref ? template.Resources[Properties.EventBusName.Ref].Properties.Name : Properties.EventBusName;
        expect(Properties.Targets.length).toBeLessThanOrEqual(5);
        const targets = Properties.Targets.map((target: any) => literal(target.Arn));
        return { pattern: change(literal(Properties.EventPattern)), targets, bus: { region, name } };
      })
    ));
  }

  public emptied(): this {
    this.deliveries.length = this.taken.length = 0;
    return this;
  }

  public put(bus: Bus, event: Event): void {
    this.arrive({ bus, event, hops: 0 });
  }

  private arrive(delivery: Delivery): void {
    this.deliveries.push(delivery);
    const { bus, event, hops } = delivery;
    const rules = this.rules.filter(each => each.bus.region === bus.region && each.bus.name === bus.name);
    for (const rule of rules.filter(({ pattern }) => matchesPattern(pattern, event))) {
      for (const target of rule.targets) {
        const [, region, name] = /:events:([^:]+):.*:event-bus\/(.+)$/.exec(target) ?? [];
        if (name === undefined) {
          this.taken.push({ target, region: bus.region, event });
        } else if (hops === 0) {
          // EventBridge does not send on what came from a bus: `loops` tells whether the rules would rely on that
          this.arrive({ bus: { region, name }, event, hops: 1 });
        } else {
          this.deliveries.push({ bus: { region, name }, event, hops: hops + 1 });
        }
      }
    }
  }

  /** Deliveries that only EventBridge's own limit of one hop prevents. */
  public get loops(): Delivery[] {
    return this.deliveries.filter(({ hops }) => hops > 1);
  }
}

/** Intrinsic functions as text, so that an ARN can be read. */
function literal(value: any): any {
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(literal).join(value['Fn::Join'][0]);
  if ('Ref' in value) return value.Ref;
  if ('Fn::GetAtt' in value) return value['Fn::GetAtt'].join('.');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
}

function build(names: string[], props: GlobalEventBusProps): { system: MultiRegionSystem; eventBridge: () => EventBridge } {
  const system = new MultiRegionSystem(testApp(), 'Shop', { primaryRegion: names[0], secondaryRegions: names.slice(1) });
  const bus = new GlobalEventBus(system, 'Bus', { eventBusName: 'shop', ...props });
  const queue = new MultiRegionQueue(system, 'Queue');
  bus.subscribe('once', { eventPattern: { source: ['orders'] }, target: queue });
  bus.subscribe('everywhere', { eventPattern: { source: ['orders'] }, target: queue, scope: SubscriptionScope.EVERY_REGION });
  let built: EventBridge | undefined;
  return { system, eventBridge: () => (built ??= new EventBridge(system)).emptied() };
}

const topology = fc.shuffledSubarray(ALL, { minLength: 1, maxLength: 12 });
const sources = fc.constantFrom('orders', 'payments', 'cdk-multi-region', 'awsome', 'x.aws.y');
const events = fc.array(fc.record({ at: fc.nat(), source: sources, detailType: fc.constantFrom('OrderPlaced', 'Replication Heartbeat'), replayed: fc.boolean() }), { minLength: 1, maxLength: 12 });

/** Synthesis takes its time: few topologies, many events each. */
function forAll(
  props: () => GlobalEventBusProps,
  check: (names: string[], eventBridge: EventBridge, event: Event, isReplay: boolean) => void,
  numRuns = 12,
): void {
  fc.assert(fc.property(topology, events, (names, sequence) => {
    const { eventBridge } = build(names, props());
    for (const { at, source, detailType, replayed } of sequence) {
      const flow = eventBridge();
      const region = names[at % names.length];
      const event = { 'source': source, 'detail-type': detailType, 'region': region, 'resources': [], 'detail': {}, ...(replayed && { 'replay-name': 'again' }) };
      flow.put({ region, name: 'shop' }, event);
      check(names, flow, event, replayed);
    }
  }), { seed: SEED, numRuns });
}

const reached = (flow: EventBridge) => flow.deliveries.filter(({ bus }) => bus.name === 'shop').map(({ bus }) => bus.region).sort();

describe('an event on a GlobalEventBus of 1 to 12 random regions', () => {
  test('reaches every region exactly once, and none a second time by any loop; a replay stays where it is', () => {
    forAll(() => ({}), (names, flow, event, isReplay) => {
      expect(reached(flow)).toEqual(isReplay ? [event.region] : [...names].sort());
      expect(flow.loops).toEqual([]);
    });
  }, 60_000);

  test('is taken once in the region where it was published by ORIGIN, and once in each region by EVERY_REGION', () => {
    forAll(() => ({ replicationCanary: false }), (names, flow, event, isReplay) => {
      const isOrder = event.source === 'orders';
      expect(flow.taken.map(({ region }) => region).sort()).toEqual(isOrder ? [...(isReplay ? [event.region] : names), event.region].sort() : []);
    }, 8);
  }, 60_000);

  test('with EventReplication.matching reaches the others only if it matches; heartbeats always do', () => {
    forAll(() => ({ replication: EventReplication.matching({ source: ['orders'], detailType: ['OrderPlaced'] }) }), (names, flow, event, isReplay) => {
      const goes = !isReplay && ((event.source === 'orders' && event['detail-type'] === 'OrderPlaced') || event.source === 'cdk-multi-region');
      expect(reached(flow)).toEqual(goes ? [...names].sort() : [event.region]);
      expect(flow.loops).toEqual([]);
    }, 8);
  }, 60_000);

  test('with EventReplication.none stays where it is', () => {
    forAll(() => ({ replication: EventReplication.none() }), (_, flow, event) => expect(reached(flow)).toEqual([event.region]), 3);
  }, 60_000);

  test('of an AWS service stays where it is', () => {
    const { eventBridge } = build(ALL.slice(0, 3), {});
    const flow = eventBridge();
    flow.put({ region: ALL[0], name: 'shop' }, { 'source': 'aws.s3', 'detail-type': 'Object Created', 'region': ALL[0] });
    expect(reached(flow)).toEqual([ALL[0]]);
  });

  test('that is redriven to a peer reaches that peer only, as an event of its origin, and is not sent on there', () => {
    fc.assert(fc.property(fc.shuffledSubarray(ALL, { minLength: 2 }), names => {
      const [region, peer] = names;
      const flow = build(names, {}).eventBridge();
      const busArn = `arn:AWS::Partition:events:${peer}:AWS::AccountId:event-bus/shop`;
      flow.put({ region, name: 'shop-redrive' }, { 'source': 'orders', 'detail-type': 'OrderPlaced', region, 'resources': ['arn:mine', busArn] });
      expect(reached(flow)).toEqual([peer]);
      expect(flow.loops).toEqual([]);
      expect(flow.taken.map(each => each.region)).toEqual([peer]); // by EVERY_REGION, and not by ORIGIN a second time
    }), { seed: SEED, numRuns: 6 });
  }, 60_000);

  test.each([
    ['region', (flow: EventBridge) => flow.loops.length > 0],
    ['replay-name', (flow: EventBridge) => reached(flow).length > 1],
  ])('would not do so without the condition on %s, and this test would tell', (field, tells) => {
    const { system } = build(ALL.slice(0, 3), {});
    const flow = new EventBridge(system, ({ [field]: _, ...pattern }) => pattern);
    flow.put({ region: ALL[0], name: 'shop' }, { 'source': 'orders', 'detail-type': 'OrderPlaced', 'region': ALL[0], 'replay-name': field === 'replay-name' ? 'again' : undefined });
    expect(tells(flow)).toBe(true);
  });
});
