import { expectEqual } from '../../telling/account';
import { ONE_REGION } from '../lacks';
import { Nemesis } from '../nemesis';
import { oneRegion, othersThan, regionsNamed } from '../targets';
import { withUndo } from '../undo';

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
        const before = await region.sending();
        const after = await region.sending();
        expectEqual('sent', after.sent, before.sent);
        return `${after.queued} rows and events wait`;
      });
    }
  },
};
