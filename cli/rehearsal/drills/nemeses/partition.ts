import { setTimeout as sleep } from 'timers/promises';
import { ONE_REGION } from '../lacks';
import { Nemesis } from '../nemesis';
import { oneRegion, othersThan, regionsNamed } from '../targets';
import { withUndo } from '../undo';
import { until } from '../until';

const QUIET_WITHIN_MS = 10_000;

/** The network between a region and all others is gone. Each goes on by itself, and afterwards they agree. */
export const PARTITION: Nemesis = {
  name: 'partition',
  summary: 'a region is cut off from all others, while its customers reach it',
  leaves: false,
  // a region that cannot ask others cannot take writes for what all must agree on
  mayFail: ({ system }) => system.tables.some(({ isStrong }) => isStrong),
  // its heartbeats reach nobody
  mayDouble: true,
  lacks: ONE_REGION,
  targets: oneRegion,
  inject: async (stage, targets) => withUndo(async undo => {
    const peers = othersThan(stage, targets).map(({ name }) => name);
    for (const region of regionsNamed(stage, targets)) {
      undo(async () => region.partition([]));
      await region.partition(peers);
    }
  }),
  whileThere: async (stage, targets) => {
    for (const region of regionsNamed(stage, targets)) {
      await stage.section.check(`nobody takes anything from ${region.name}`, async () => {
        // what was on its way when it was cut off may still arrive
        const { queued } = await until(stage, { what: 'a second in which nothing is taken', withinMs: QUIET_WITHIN_MS, pollMs: 0 }, async () => {
          const before = await region.sending();
          await sleep(1000);
          const after = await region.sending();
          return after.sent === before.sent ? after : undefined;
        });
        return `${queued} rows and events wait`;
      });
    }
  },
};
