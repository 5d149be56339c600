import { DeployedRegion } from './deployed-region';
import { Drill, failedDuring, Stage } from './drill';
import { expectSameItems, untilQuiet } from './replicas';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

/** The archive of one region, which holds the events of all, is replayed there: every consumer gets them once more, and nothing is done twice. */
export class ReplayDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const [region] = stage.regions;
    const section = stage.account.section(`The archive of ${region.name} is replayed`);
    return [{ title: `Replay the archive of ${region.name}`, run: async () => failedDuring(() => section.failed, async () => replay(stage, region, section)) }];
  }
}

async function replay(stage: Stage, region: DeployedRegion, section: Section): Promise<void> {
  const look = async () => Promise.all(stage.regions.map(async each => ({
    items: await each.items(), executions: await each.executions(), indexed: (await each.logged('Orders-IndexOrder', 'order indexed')).length,
  })));
  const before = await look();
  let after = before;
  await section.check('it is replayed from its beginning', async () => {
    const state = await region.operator.replay(`replay-${stage.runId}`, new Date(0), new Date());
    expectEqual('state', state, 'COMPLETED');
    await untilQuiet(stage);
    after = await look();
  });
  await section.check(`consumers in ${region.name} got the events again`, () => {
    const [i] = stage.regions.map((each, n) => (each === region ? n : -1)).filter(n => n >= 0);
    const again = after[i].indexed - before[i].indexed;
    if (again <= 0) throw new Error('no event came');
    return `${again} events were given to the index once more`;
  });
  await section.check('the other regions got none of them', () => {
    stage.regions.forEach((each, i) => {
      if (each !== region) expectEqual(`events in ${each.name}`, after[i].indexed, before[i].indexed);
    });
  });
  await section.check('no workflow ran again, and no record changed', () => {
    after.forEach(({ items, executions }, i) => {
      expectEqual('executions', executions.length, before[i].executions.length);
      expectSameItems(items, before[i].items);
    });
    return `${after.reduce((sum, { executions }) => sum + executions.length, 0)} executions and ${after[0].items.length} records, as before`;
  });
}
