import { ONE_REGION } from '../lacks';
import { Nemesis } from '../nemesis';
import { oneRegion, regionsNamed } from '../targets';
import { visibleLag } from '../timing';
import { withUndo } from '../undo';

/** The nemesis by which rows and events of a region arrive late. Heartbeats are still in time, so that nobody takes the region for lost. */
export const LAG: Nemesis = {
  name: 'lag',
  summary: 'rows and events of a region reach the others some seconds late',
  leaves: false,
  // a write that all must agree on waits for the others
  mayFail: ({ system }) => system.tables.some(({ isStrong }) => isStrong),
  mayDouble: false,
  lacks: ONE_REGION,
  targets: oneRegion,
  inject: async (stage, targets) => withUndo(async undo => {
    const seconds = visibleLag(stage);
    for (const region of regionsNamed(stage, targets)) {
      undo(async () => region.setReplicationLag(stage.replicationLag));
      await region.setReplicationLag(seconds);
      stage.section.note(`What ${region.name} sends arrives ${seconds} s later.`);
    }
  }),
};
