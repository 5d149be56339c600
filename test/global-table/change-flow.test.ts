/**
 * Which region publishes a change, and which counts a lost write, by the filters of the synthesized templates alone: for random regions, and random writes that race each other.
 */
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import * as fc from 'fast-check';
import { Replicas, StreamRecord } from './replicas';
import { GlobalEventBus, GlobalTable, MultiRegionSystem } from '../../src';
import { isConflict } from '../../src/global-table/conflict';
import { matchesPattern } from '../support/event-pattern';
import { REGIONS, resources, templates, testApp } from '../support/synth';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.info(`change flow: FC_SEED=${SEED}`);

/** The filters of what reads each region's stream. */
const COUNTS = [1, 2, 3, 5];
const filters = new Map(COUNTS.map(count => {
  const [primaryRegion, ...secondaryRegions] = REGIONS.slice(0, count);
  const system = new MultiRegionSystem(testApp(), 'Shop', { primaryRegion, secondaryRegions });
  const table = new GlobalTable(system, 'Items', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  table.publishChangesTo(new GlobalEventBus(system, 'Bus', { replicationCanary: false }), { detailType: 'ItemChanged' });
  table.detectConflicts();
  const all = templates(system);
  const patterns = (filterCriteria: any) => filterCriteria.Filters.map((filter: any) => JSON.parse(filter.Pattern));
  return [count, new Map(system.regions.map(region => [region, {
    outbox: resources(all[region], 'AWS::Pipes::Pipe').flatMap(pipe => patterns(pipe.Properties.SourceParameters.FilterCriteria)),
    conflicts: resources(all[region], 'AWS::Lambda::EventSourceMapping').filter(({ Properties }) => Properties.FilterCriteria).flatMap(({ Properties }) => patterns(Properties.FilterCriteria)),
  }]))];
}));

type Reader = 'outbox' | 'conflicts';

/** What a reader gets of all streams. */
function taken(count: number, replicas: Replicas, reader: Reader): { region: string; record: StreamRecord }[] {
  return [...replicas.streams].flatMap(([region, records]) => records
    .filter(record => filters.get(count)!.get(region)![reader].some((pattern: any) => matchesPattern(pattern, record as any)))
    .map(record => ({ region, record })));
}

const image = (region: string, version: number, n: number) => ({ region: { S: region }, version: { N: String(version) }, n: { N: String(n) } });
const versionOf = (item?: { readonly [attribute: string]: { readonly N?: string } }) => Number(item?.version.N ?? 0);

const step = fc.record({ at: fc.nat(), key: fc.constantFrom('a', 'b'), kind: fc.constantFrom('put', 'put', 'put', 'delete', 'expire'), deliveries: fc.array(fc.nat(), { maxLength: 8 }) });
const history = fc.tuple(fc.constantFrom(...COUNTS), fc.array(step, { minLength: 1, maxLength: 25 }));

/** Runs a history; every put sets the region and increments the version that it read. */
function run(count: number, steps: { at: number; key: string; kind: string; deliveries: number[] }[], settle: boolean) {
  const regions = REGIONS.slice(0, count);
  const replicas = new Replicas(regions);
  const puts: { id: number; region: string; key: string; n: number }[] = [];
  const removals: number[] = [];
  steps.forEach(({ at, key, kind, deliveries }, n) => {
    const region = regions[at % count];
    const item = replicas.read(region, key);
    if (kind === 'put') {
      puts.push({ id: replicas.write(region, key, image(region, versionOf(item) + 1, n)), region, key, n });
    } else if (item) {
      removals.push(replicas.write(region, key, undefined, kind === 'expire'));
    }
    if (settle) replicas.converge(); else deliveries.forEach(choice => replicas.deliver(choice));
  });
  replicas.converge();
  return { replicas, puts, removals, regions };
}

describe('the outbox of a GlobalTable', () => {
  test('publishes every insertion and modification once, in the region that made it, even while regions race', () => {
    fc.assert(fc.property(history, ([count, steps]) => {
      const { replicas, puts } = run(count, steps, false);
      const published = taken(count, replicas, 'outbox').filter(({ record }) => record.eventName !== 'REMOVE');
      expect(published.map(({ region, record }) => [record.write, region]).sort()).toEqual(puts.map(({ id, region }) => [id, region]).sort());
    }), { seed: SEED, numRuns: 400 });
  });

  test('publishes every removal once, wherever the item was deleted or expired, if replication had caught up', () => {
    fc.assert(fc.property(history, ([count, steps]) => {
      const { replicas, removals } = run(count, steps, true);
      const published = taken(count, replicas, 'outbox').filter(({ record }) => record.eventName === 'REMOVE');
      expect(published.map(({ record }) => record.write).sort()).toEqual([...removals].sort());
    }), { seed: SEED, numRuns: 400 });
  });

  test('publishes the removal of what was an item\'s last image exactly once, even while regions race', () => {
    fc.assert(fc.property(history, ([count, steps]) => {
      const { replicas, puts, regions } = run(count, steps, false);
      const published = taken(count, replicas, 'outbox').filter(({ record }) => record.eventName === 'REMOVE').map(({ record }) => record.dynamodb.OldImage!.n.N);
      for (const key of ['a', 'b']) {
        const last = puts.filter(put => put.key === key).pop();
        const isRemoved = last !== undefined && replicas.read(regions[0], key) === undefined;
        expect(published.filter(n => last !== undefined && n === String(last.n))).toHaveLength(isRemoved ? 1 : 0);
      }
    }), { seed: SEED, numRuns: 400 });
  });
});

describe('conflict detection of a GlobalTable', () => {
  const lost = (count: number, replicas: Replicas, versionAttribute?: string) => taken(count, replicas, 'conflicts')
    .filter(({ record: { dynamodb } }) => isConflict(dynamodb.OldImage!, dynamodb.NewImage!, versionAttribute));

  test('counts nothing while every writer has seen the write before', () => {
    fc.assert(fc.property(history, ([count, steps]) => {
      expect(lost(count, run(count, steps.map(each => ({ ...each, kind: 'put' })), true).replicas, 'version')).toEqual([]);
    }), { seed: SEED, numRuns: 200 });
  });

  test('counts each write that lost a race once, in the region that made it, in whatever order replication delivers', () => {
    const order = fc.array(fc.nat(), { minLength: 5, maxLength: 5 });
    const race = fc.tuple(fc.constantFrom(2, 3, 5), fc.nat(), order, fc.array(fc.nat(), { maxLength: 40 }));
    fc.assert(fc.property(race, ([count, creator, ranks, deliveries]) => {
      const regions = REGIONS.slice(0, count);
      const replicas = new Replicas(regions);
      replicas.write(regions[creator % count], 'a', image(regions[creator % count], 1, 0));
      replicas.converge();
      const writers = regions.map((region, i) => ({ region, rank: ranks[i] })).sort((a, b) => a.rank - b.rank).map(({ region }) => region);
      writers.forEach((region, n) => replicas.write(region, 'a', image(region, 2, n)));
      deliveries.forEach(choice => replicas.deliver(choice));
      replicas.converge();
      const losers = writers.slice(0, -1);
      expect(lost(count, replicas, 'version').map(({ region }) => region).sort()).toEqual([...losers].sort());
    }), { seed: SEED, numRuns: 300 });
  });

  test('without versions counts every replacement of one region\'s write by another\'s, once', () => {
    fc.assert(fc.property(history, ([count, steps]) => {
      const { replicas, puts } = run(count, steps.map(each => ({ ...each, kind: 'put', key: 'a' })), true);
      const changesOfOwner = puts.filter(({ region }, i) => i > 0 && puts[i - 1].region !== region);
      expect(lost(count, replicas).map(({ record }) => record.write)).toEqual(expect.arrayContaining(changesOfOwner.map(({ id }) => id)));
      expect(lost(count, replicas)).toHaveLength(changesOfOwner.length);
    }), { seed: SEED, numRuns: 200 });
  });
});
