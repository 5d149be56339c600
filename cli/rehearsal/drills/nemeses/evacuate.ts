import { expectEqual } from '../../telling/transcript';
import { DrillRegion } from '../drill-region';
import { anyOf, NO_DOMAIN, ONE_REGION } from '../lacks';
import { Nemesis } from '../nemesis';
import { Stage } from '../stage';
import { helperOf, oneRegion } from '../targets';
import { withUndo } from '../undo';
import { until } from '../until';

const REPLICATED_MS = 10_000;

/** A region is taken out of service by one write to a table in another region, and taken in again by deleting that: nobody may notice. */
export const EVACUATE: Nemesis<DrillRegion> = {
  name: 'evacuate',
  summary: 'an operator takes a region out of service by one write in another region, and in again',
  leaves: true,
  mayFail: () => false,
  mayDouble: false,
  lacks: anyOf(ONE_REGION, NO_DOMAIN),
  targets: oneRegion,
  inject: async (stage, targets) => {
    const helper = helperOf(stage, targets);
    return withUndo(async undo => {
      for (const target of targets) {
        undo(async () => helper.readmit(target));
        await helper.evacuate(target);
      }
    });
  },
  whileThere: async (stage, targets) => checkSwitch(stage, targets, 200),
  afterwards: async (stage, targets) => checkSwitch(stage, targets, 404),
};

async function checkSwitch(stage: Stage<DrillRegion>, targets: readonly string[], status: number): Promise<void> {
  const helper = helperOf(stage, targets);
  for (const target of targets) {
    const path = `/evacuation/${target}`;
    await stage.section.check(`${helper.name} answers ${path} with ${status}`, async () => {
      const wait = { what: `${status} from ${helper.name}`, withinMs: REPLICATED_MS };
      expectEqual('status', await until(stage, wait, async () => {
        const answer = await helper.request('GET', path);
        return answer.status === status ? answer.status : undefined;
      }), status);
    });
  }
}
