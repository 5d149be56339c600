import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SmallSystem } from './small-system';
import { stageWith } from './stage';
import { DELETE_FUNCTION } from '../../../../cli/rehearsal/drills/nemeses/delete-function';
import { DENY } from '../../../../cli/rehearsal/drills/nemeses/deny';
import { EVACUATE } from '../../../../cli/rehearsal/drills/nemeses/evacuate';
import { FREEZE } from '../../../../cli/rehearsal/drills/nemeses/freeze';
import { LAG } from '../../../../cli/rehearsal/drills/nemeses/lag';
import { PARTITION } from '../../../../cli/rehearsal/drills/nemeses/partition';
import { POISON } from '../../../../cli/rehearsal/drills/nemeses/poison';
import { REPLAY } from '../../../../cli/rehearsal/drills/nemeses/replay';
import { NothingToHit } from '../../../../cli/rehearsal/drills/nothing-to-hit';
import { untilQuiet } from '../../../../cli/rehearsal/drills/quiet';
import { Stage } from '../../../../cli/rehearsal/drills/stage';
import { MachineLag } from '../../../../cli/rehearsal/lag/machine-lag';
import { checksOf } from '../../../../cli/rehearsal/report/section-checks';
import { Workload } from '../../../../cli/rehearsal/workload/workload';

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

proof('what goes wrong in real local regions', () => {
  let workspace: string;
  let system: SmallSystem;
  let there: string;
  let number = 0;
  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'drills-'));
    system = await SmallSystem.start(workspace);
    there = system.regions[1].name;
  }, 120_000);
  afterAll(async () => {
    await system?.stop();
    rmSync(workspace, { recursive: true });
  }, 60_000);

  /** A stage as of now; no name leads anywhere. */
  function stage(more: Partial<Stage> = {}): Stage {
    return stageWith({
      system: system.description, regions: system.regions, route53: undefined, replicationLag: 0.1, lag: new MachineLag(), runId: `r${number++}`, ...more,
    });
  }
  const failed = ({ section }: Stage) => checksOf(section).filter(({ outcome }) => outcome !== 'passed');
  const isAnswered = async () => system.regions[1].items('orders').then(() => true);

  test('freeze: nothing is answered, and everything afterwards', async () => {
    const takeBack = await FREEZE.inject(stage(), [there]);
    expect(system.regions.map(({ isStopped }) => isStopped)).toEqual([false, true]);
    const answer = isAnswered();
    expect(await Promise.race([answer, sleep(1000, 'nothing')])).toBe('nothing');
    await takeBack();
    expect([await answer, system.regions[1].isStopped]).toEqual([true, false]);
  });

  test('partition: rows wait until the region is joined again', async () => {
    const cut = stage();
    const takeBack = await PARTITION.inject(cut, [there]);
    await system.order(1, 'cut-off');
    await sleep(1000);
    expect(await system.seen(0)).not.toContain('cut-off');
    await PARTITION.whileThere!(cut, [there]);
    await takeBack();
    await system.until(async () => (await system.seen(0)).includes('cut-off'), 'the order in the other region');
    expect(failed(cut)).toEqual([]);
    await PARTITION.whileThere!(cut, [there]);
  });

  test('lag: rows come later by as much', async () => {
    const lagging = stage();
    const takeBack = await LAG.inject(lagging, [there]);
    await system.order(1, 'late');
    const since = performance.now();
    await system.until(async () => (await system.seen(0)).includes('late'), 'the order in the other region');
    expect(performance.now() - since).toBeGreaterThan(1500);
    await takeBack();
    await system.order(1, 'in-time');
    const then = performance.now();
    await system.until(async () => (await system.seen(0)).includes('in-time'), 'the order in the other region');
    expect(performance.now() - then).toBeLessThan(1500);
    expect(lagging.section.entries).toEqual([{ kind: 'note', text: `What ${there} sends arrives 3 s later.` }]);
  });

  test('evacuate: an item is written in another region, and deleted', async () => {
    const takeBack = await EVACUATE.inject(stage(), [there]);
    const items = async () => (await system.regions[0].items('control')).map(({ pk }) => pk);
    expect(await items()).toEqual([`evacuation#${there}`]);
    await takeBack();
    expect(await items()).toEqual([]);
  });

  test('deny: a function is denied what it did with its table, and nothing that it never did', async () => {
    const denying = stage();
    await expect(DENY.inject(denying, [there])).rejects.toThrow(NothingToHit);
    expect(await system.read(1)).toBeUndefined();
    const takeBack = await DENY.inject(denying, [there]);
    expect(denying.section.entries).toEqual([{ kind: 'note', text: `In ${there}, read may no longer dynamodb:GetItem on orders.` }]);
    expect(await system.read(1)).toContain('AccessDenied');
    expect(await system.read(0)).toBeUndefined();
    await takeBack();
    expect(await system.read(1)).toBeUndefined();
    expect(failed(denying)).toEqual([]);
    expect(denying.expectedDenials.map(denials => [...denials.keys()])).toEqual([[there]]);
  });

  test('delete-function: it is not there, and then it is again, as it was', async () => {
    const deleting = stage();
    const takeBack = await DELETE_FUNCTION.inject(deleting, [there]);
    await expect(system.read(1)).rejects.toThrow(/not found/i);
    await takeBack();
    expect(await system.read(1)).toBeUndefined();
    // nobody but this test called it
    expect(failed(deleting).map(({ summary }) => summary)).toEqual(['nothing was denied']);
  });

  test('replay: what a consumer does once changes nothing when events come again', async () => {
    const replaying = stage();
    await system.order(1, 'replayed');
    await (await REPLAY.inject(replaying, [there]))();
    await untilQuiet(replaying);
    await REPLAY.afterwards!(replaying, [there]);
    expect(failed(replaying)).toEqual([]);
    expect(checksOf(replaying.section)[1].summary).toMatch(new RegExp(`^functions in ${there} were invoked [1-9]\\d* times$`));
  }, 60_000);

  test('replay: a consumer that counts each event is caught', async () => {
    const replaying = stage();
    await system.order(1, 'counted', true);
    await untilQuiet(replaying);
    await REPLAY.afterwards!(replaying, [there]);
    expect(failed(replaying).map(({ claim, summary }) => [claim, summary])).toEqual([
      ['no workflow ran again, and no record changed', expect.stringMatching(/^orders in \S+ is not as it was$/)],
    ]);
  }, 60_000);

  test('poison: an event is a dead letter, and nothing is left of it after a redrive', async () => {
    const workload = { poison: { operation: (key: string) => ({ kind: 'poison', action: 'write', key }), cure: (key: string) => ({ kind: 'cure', action: 'write', key }) } };
    const queue = new SQSClient({ region: there, endpoint: system.regions[1].address, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
    const sent: string[] = [];
    const poisoned = stage({
      workload: workload as unknown as Workload,
      sendTo: async (region, { kind, key }) => {
        sent.push(`${kind} in ${region}`);
        if (kind === 'poison') await queue.send(new SendMessageCommand({ QueueUrl: `${system.regions[1].address}/000000000000/dead`, MessageBody: JSON.stringify({ key }) }));
        return { type: sent.length === 2 ? 'unknown' : 'ok' };
      },
    });
    const takeBack = await POISON.inject(poisoned, [there]);
    await POISON.whileThere!(poisoned, [there]);
    await takeBack();
    // the first cure got no good answer
    expect(sent).toEqual([`poison in ${there}`, `cure in ${there}`, `cure in ${there}`]);
    expect(await system.regions[1].deadLetters()).toHaveLength(1);
    await untilQuiet(poisoned, [there]);
    expect([await system.regions[1].deadLetters(), (await system.regions[1].peek('again')).length, failed(poisoned)]).toEqual([[], 1, []]);
  }, 60_000);
});
