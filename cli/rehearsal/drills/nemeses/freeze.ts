import { ONE_REGION } from '../lacks';
import { Nemesis } from '../nemesis';
import { oneRegion, regionsNamed } from '../targets';
import { withUndo } from '../undo';

/** A region stops answering, without a word, and some time later goes on where it was. */
export const FREEZE: Nemesis = {
  name: 'freeze',
  summary: 'all processes of a region stop where they are, and later go on',
  leaves: true,
  mayFail: () => true,
  mayDouble: true,
  lacks: ONE_REGION,
  targets: oneRegion,
  inject: async (stage, targets) => withUndo(async undo => {
    for (const region of regionsNamed(stage, targets)) {
      undo(async () => region.thaw());
      region.freeze();
    }
  }),
};
