import { Drill, failedDuring, Stage } from './drill';
import { Failover } from './failover';
import { Step } from '../../cli/rehearsal/telling/steps';

/** The primary region stops answering, without a word, and some time later goes on where it was. */
export class FreezeDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const [region, ...peers] = stage.regions;
    if (peers.length === 0) return [];
    const section = stage.account.section(`A region freezes: ${region.name}`);
    const failover = new Failover(stage, section, {
      name: 'freeze',
      region,
      leaving: `${region.name} is frozen: all its processes stop where they are`,
      returning: `${region.name} goes on where it was`,
      isGraceful: false,
      leave: async () => region.freeze(),
      comeBack: async () => region.thaw(),
    });
    return [{ title: `Freeze ${region.name}, and let it go on`, run: async progress => failedDuring(() => section.failed, async () => failover.run(progress)) }];
  }
}
