import { POISON } from '../../../../../cli/rehearsal/drills/nemeses/poison';
import { Stage } from '../../../../../cli/rehearsal/drills/stage';
import { Operation, Workload } from '../../../../../cli/rehearsal/workload/workload';
import { fakeRegion, REGIONS, stageWith, SYSTEM } from '../stage';

const [HIT, OTHER] = REGIONS;
const poisonous = (customer: string): Operation => ({ kind: 'order', action: 'write', key: `order-of-${customer}` });
const workload = { poison: { operation: poisonous, cure: poisonous } } as unknown as Workload;
const queues = [{ path: 'Orders/Reports', name: 'Orders-Reports', deadLetterQueue: 'Orders-Reports-poison', triedForSeconds: 60, consumers: [] }];

/** What is checked, and whether it holds, when regions have dead letters and subscriptions are as told. */
async function checks(letters: Readonly<Record<string, object>>, ...subscriptions: object[]) {
  const [bus] = SYSTEM.buses;
  const stage = stageWith({
    workload,
    // what is not there at the first look comes too late
    lag: Object.assign(stageWith().lag, { elapsed: () => 1e6 }),
    system: { ...SYSTEM, queues, buses: [{ ...bus, subscriptions: subscriptions as typeof bus.subscriptions }] },
    regions: [HIT, OTHER].map(name => fakeRegion(name, { deadLetters: async () => (letters[name] ? [letters[name]] : []) })),
  } as Partial<Stage>);
  await POISON.whileThere!(stage, [HIT]);
  return stage.section.entries.map(entry => ('claim' in entry ? `${entry.claim}: ${entry.outcome}` : ''));
}

const letter = (region: string, more: object) => ({ queue: 'Orders-DeadLetters', Body: `an order of run-poisoned-0-${region}`, ...more });
const byQueue = { queue: 'Orders-Reports-poison' };
const byFunction = { Body: '{"requestContext":{"functionArn":"arn:aws:lambda:us-west-2:111122223333:function:Orders-Track:live"}}' };

describe('the drill poison', () => {
  test.each([
    ['a queue', { target: 'Orders-Reports', everyRegion: true }, byQueue],
    ['a function', { target: 'Orders-Track', everyRegion: true }, byFunction],
  ])('waits for every region if %s takes the event in each', async (_, subscription, more) => {
    expect(await checks({ [HIT]: letter(HIT, more), [OTHER]: letter(OTHER, more) }, subscription)).toEqual([
      `the event that cannot be handled is a dead letter in ${HIT}: passed`,
      'every other region, which takes the event too, has a dead letter of its own: passed',
    ]);
  });

  test('fails if one of them has none', async () => {
    expect((await checks({ [HIT]: letter(HIT, byQueue) }, { target: 'Orders-Reports', everyRegion: true })).at(-1)).toMatch(/^every other region.*: failed$/);
  });

  test.each([
    ['is for one region', { target: 'Orders-Reports', everyRegion: false }, byQueue],
    ['is another\'s', { target: 'Orders-Rep', everyRegion: true }, byQueue],
    ['is of a function with a longer name', { target: 'Orders-Tra', everyRegion: true }, byFunction],
    ['is none', { target: '', everyRegion: true }, byQueue],
  ])('expects no other region to have it if the subscription %s', async (_, subscription, more) => {
    expect(await checks({ [HIT]: letter(HIT, more) }, subscription)).toEqual([
      `the event that cannot be handled is a dead letter in ${HIT}: passed`,
      'no other region has a dead letter of it: passed',
    ]);
  });

  test('fails if a region has it that should not', async () => {
    // drills are numbered as they come
    const body = Array.from({ length: 50 }, (_, number) => `order-of-run-poisoned-${number}-${HIT}`).join(' ');
    expect((await checks({ [HIT]: letter(HIT, byQueue), [OTHER]: { queue: 'q', Body: body } })).at(-1)).toBe('no other region has a dead letter of it: failed');
  });
});
