import { fakeRegion, REGIONS, stageWith } from './stage';
import { untilQuiet } from '../../../../cli/rehearsal/drills/quiet';

/** A stage whose second region has something to do at the first look, and nothing any more after that. */
function busyAtFirst(what: Readonly<Record<string, readonly unknown[]>>) {
  let looks = 0;
  const answers = Object.fromEntries(Object.entries(what).map(([name, [first, later]]) => [name, async () => (++looks === 1 ? first : later)]));
  return { stage: stageWith({ regions: [fakeRegion(REGIONS[0]), fakeRegion(REGIONS[1], answers)] }), looks: () => looks };
}

const running = { workflow: 'Orders-Fulfilment', name: 'o-1', status: 'RUNNING', startedAt: 0 };
const open = { pk: 'k', region: REGIONS[1], status: 'STARTED' };

describe('untilQuiet', () => {
  test.each([
    ['rows on their way', { sending: [{ sent: 0, queued: 1 }, { sent: 1, queued: 0 }] }],
    ['a workflow that runs', { executions: [[running], [{ ...running, status: 'SUCCEEDED' }]] }],
    ['messages in queues', { waitingMessages: [1, 0] }],
    ['an open entry of a ledger', { items: [[open], [{ ...open, status: 'SUCCEEDED' }]] }],
  ])('waits for %s, and looks twice then', async (_, what) => {
    const { stage, looks } = busyAtFirst(what);
    await untilQuiet(stage);
    expect(looks()).toBe(3);
  });

  test('does not wait for what is another region\'s to do', async () => {
    const { stage, looks } = busyAtFirst({ items: [[{ ...open, region: REGIONS[0] }], []] });
    await untilQuiet(stage);
    expect(looks()).toBe(2);
  });

  test('sends dead letters again where it is told to, and nowhere else', async () => {
    let letters = 1;
    const redriven: string[] = [];
    const region = (name: string) => fakeRegion(name, { deadLetters: async () => Array(letters).fill({ Body: '' }), redrive: async () => { letters = 0; redriven.push(name); } });
    const stage = stageWith({ regions: [region(REGIONS[0]), region(REGIONS[1])] });
    await untilQuiet(stage);
    expect(redriven).toEqual([]);
    await untilQuiet(stage, [REGIONS[1]]);
    expect(redriven).toEqual([REGIONS[1]]);
  });

  test('says what does not come to an end', async () => {
    const lag = Object.assign(stageWith().lag, { elapsed: () => 1e6 });
    const stage = stageWith({ lag, regions: [fakeRegion(REGIONS[0], { waitingMessages: async () => 3, executions: async () => [running] })] });
    await expect(untilQuiet(stage)).rejects.toThrow(`1 workflows that run in ${REGIONS[0]}, 3 messages in queues in ${REGIONS[0]}`);
  });
});
