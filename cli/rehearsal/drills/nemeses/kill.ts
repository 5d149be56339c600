import { ONE_REGION } from '../lacks';
import { Nemesis } from '../nemesis';
import { oneRegion, regionsNamed } from '../targets';
import { withUndo } from '../undo';

/** A region loses all that is in memory, and is later started with what it had written. */
export const KILL: Nemesis = {
  name: 'kill',
  summary: 'all processes of a region are killed, and it is started again with the state that it had',
  leaves: true,
  mayFail: () => true,
  mayDouble: true,
  lacks: ONE_REGION,
  targets: oneRegion,
  inject: async (stage, targets) => withUndo(async undo => {
    for (const region of regionsNamed(stage, targets)) {
      undo(async () => region.restart());
      await region.kill();
    }
  }),
};
