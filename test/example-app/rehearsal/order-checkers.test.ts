import { undisturbedOrders } from '../../../example-app/rehearsal/order-checkers';

type Looked = Parameters<typeof undisturbedOrders>[0];

const SECOND = 1000;

/** Orders of one region, by the seconds at which they were placed. */
function found(seconds: number[], faults: Looked['faults']): string[] {
  const history = seconds.map(second => ({
    operation: { kind: 'place an order', key: `at ${second}`, value: { sample: 'ordinary' } }, attempt: 0, region: 'us-west-2', outcome: { type: 'ok' }, at: second * SECOND,
  }));
  return undisturbedOrders({ regions: ['us-west-2'], history, faults } as unknown as Looked).map(({ operation }) => operation.key);
}

const fault = (nemesis: string, at: number, until?: number): Looked['faults'][number] => ({
  nemesis, regions: ['us-west-2'], at: at * SECOND, ...until !== undefined && { until: until * SECOND }, mayFail: true, mayDouble: true,
});

test.each<[string, number[], Looked['faults'], string[]]>([
  ['the first, while nothing goes wrong', [1, 2], [], ['at 1']],
  ['one that was placed long before a fault', [1, 60], [fault('freeze', 20, 30)], ['at 1']],
  ['and none that was placed shortly before, during, or shortly after it', [13, 25, 37, 39], [fault('freeze', 20, 30)], ['at 39']],
  ['none that was placed before logs were lost', [1, 60], [fault('kill', 20, 30)], ['at 60']],
  ['none while a fault goes on', [25], [fault('freeze', 20)], []],
])('The log of an order is read of %s', (_, seconds, faults, keys) => {
  expect(found(seconds, faults)).toEqual(keys);
});
