import { GRAY } from '../../../../../cli/rehearsal/drills/nemeses/gray';
import { SLOW } from '../../../../../cli/rehearsal/drills/nemeses/slow';
import { servicesOf, THROTTLE } from '../../../../../cli/rehearsal/drills/nemeses/throttle';
import { Nemesis } from '../../../../../cli/rehearsal/drills/nemesis';
import { ServiceFault } from '../../../../../cli/rehearsal/regions/local-region';
import { fakeRegion, REGIONS, stageWith, SYSTEM } from '../stage';

describe('servicesOf', () => {
  test('are those that functions call', () => {
    expect(servicesOf(SYSTEM)).toEqual(['dynamodb', 'events', 'states']);
    const queues = [{ path: 'q', name: 'q' }] as unknown as typeof SYSTEM.queues;
    expect(servicesOf({ ...SYSTEM, tables: [], buses: [], workflows: [], queues })).toEqual(['sqs']);
  });
});

describe('service faults', () => {
  /** Injects a nemesis, and takes it back. Returns what was done to which region. */
  async function done(nemesis: Nemesis, random = () => 0) {
    const asked: [string, string, readonly ServiceFault[]][] = [];
    const regions = REGIONS.slice(0, 2).map(name => fakeRegion(name, {
      addServiceFaults: async (faults: readonly ServiceFault[]) => { asked.push([name, 'add', faults]); },
      removeServiceFaults: async (faults: readonly ServiceFault[]) => { asked.push([name, 'remove', faults]); },
    }));
    const stage = stageWith({ regions, random });
    await (await nemesis.inject(stage, [REGIONS[1]]))();
    return asked;
  }

  test.each([
    ['slow', SLOW, [{ service: 'apigateway', how: 'slow', seconds: 0.8 }]],
    ['gray', GRAY, [{ service: 'dynamodb', how: 'slow', seconds: 0.4 }]],
    ['throttle', THROTTLE, [{ service: 'dynamodb', how: 'throttled', share: 0.2 }, { service: 'events', how: 'throttled', share: 0.2 }]],
  ])('of %s hit the region, and are taken back', async (_, nemesis, faults) => {
    expect(await done(nemesis)).toEqual([[REGIONS[1], 'add', faults], [REGIONS[1], 'remove', faults]]);
  });

  test('of throttle hit other services by other random numbers', async () => {
    const [[, , faults]] = await done(THROTTLE, () => 0.99);
    expect(faults.map(({ service }) => service)).toEqual(['states', 'events']);
  });
});
