import { KILL } from '../../../../cli/rehearsal/drills/nemeses/kill';
import { WALL_CLOCK } from '../../../../cli/rehearsal/lag/clock';
import { LocalRegion, ServiceFault } from '../../../../cli/rehearsal/regions/local-region';
import { RegionLife, RunningRegion } from '../../../../cli/rehearsal/regions/running-region';
import { LoopbackServer } from '../../../support/loopback-server';
import { stageWith, SYSTEM } from '../drills/stage';

const NAME = 'us-west-2';
const slow: ServiceFault = { service: 'apigateway', how: 'slow', seconds: 1 };
const throttled: ServiceFault = { service: 'dynamodb', how: 'throttled', share: 0.2 };

let server: LoopbackServer;
/** What the process of the region was told to let fail, each time. */
let told: unknown[];
let isUp: boolean;
beforeEach(async () => {
  [told, isUp] = [[], true];
  server = await new LoopbackServer((_, body, answer) => {
    told.push(JSON.parse(body).faults);
    answer.writeHead(isUp ? 200 : 500).end('{}');
  }).start();
});
afterEach(async () => server.stop());

function region(life?: RegionLife): RunningRegion {
  const local = { name: NAME, endpoint: server.url } as LocalRegion;
  return new RunningRegion({
    local: () => local, life, system: SYSTEM, clock: WALL_CLOCK, signal: new AbortController().signal, startedAt: { performance: 0, wall: 0 },
  });
}

describe('RunningRegion', () => {
  test('has several service faults at once, and each is taken back by itself', async () => {
    const running = region();
    await running.addServiceFaults([slow]);
    await running.addServiceFaults([throttled]);
    await running.removeServiceFaults([slow]);
    await running.removeServiceFaults([throttled]);
    expect(told).toEqual([[slow], [slow, throttled], [throttled], []]);
  });

  test('takes a fault back that may be there although there was no good answer', async () => {
    const running = region();
    isUp = false;
    await expect(running.addServiceFaults([slow])).rejects.toThrow('us-west-2 does not accept service-faults');
    isUp = true;
    await running.removeServiceFaults([slow]);
    expect(told).toEqual([[slow], []]);
  });

  test('is stopped from when it is killed until it is started again, without faults then', async () => {
    const done: string[] = [];
    const running = region({ kill: () => { done.push('kill'); }, startAgain: async () => { done.push('start again'); } });
    await running.addServiceFaults([slow]);
    const takeBack = await KILL.inject(stageWith({ regions: [running] }), [NAME]);
    expect([done, running.isStopped]).toEqual([['kill'], true]);
    await takeBack();
    expect([done, running.isStopped]).toEqual([['kill', 'start again'], false]);
    await running.addServiceFaults([throttled]);
    expect(told.at(-1)).toEqual([throttled]);
  });

  test('is started again although killing it failed half way', async () => {
    const done: string[] = [];
    const running = region({ kill: async () => { throw new Error('no such process'); }, startAgain: async () => { done.push('start again'); } });
    await expect(KILL.inject(stageWith({ regions: [running] }), [NAME])).rejects.toThrow('no such process');
    expect([done, running.isStopped]).toEqual([['start again'], false]);
  });

  test('is not killed if nobody said how it is started again', async () => {
    const running = region();
    await expect(running.kill()).rejects.toThrow('us-west-2 cannot be killed');
    expect(running.isStopped).toBe(false);
  });
});
