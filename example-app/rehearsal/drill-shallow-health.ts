import { setTimeout as sleep } from 'timers/promises';
import { DeployedRegion } from './deployed-region';
import { bearableMs, Drill, expectDenials, failedDuring, Stage } from './drill';
import { checkHealth } from './health';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

/** How often the health checks would have turned meanwhile. */
const TIMES = 2;
/** The function whose role it is, and what that does to the table. */
const FUNCTION = 'Orders-GetOrder';
const ACTION = 'dynamodb:GetItem';

/**
 * A function of the last region may no longer read the table, so that it fails every request. Customers are not led elsewhere: what is wrong with the application may be wrong in every region, and health that asked
 * for it would take all of them out of service at once.
 */
export class ShallowHealthDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const region = stage.regions.at(-1)!;
    const section = stage.account.section(`A function of ${region.name} may not read its table`);
    return [{
      title: `Take the permission to read orders away in ${region.name}, and give it back`,
      run: async progress => failedDuring(() => section.failed, async () => deny(stage, region, section, progress)),
    }];
  }
}

async function deny(stage: Stage, region: DeployedRegion, section: Section, progress: (text: string) => void): Promise<void> {
  const { route53, lag, signal } = stage;
  const startedAt = performance.now();
  section.note('Health is shallow by design: it says whether a region answers, not whether all that the application needs is well. Alarms say that.');
  const { pk: orderId } = (await region.items()).find(({ sk }) => sk === 'order')!;
  const read = async (status: number) => expectEqual('status', (await region.orders.read(orderId)).status, status);
  const denials = await region.denials();
  await section.check(`${region.name} knows an order`, async () => read(200));
  const giveBack = await region.denyTable(FUNCTION, ACTION);
  try {
    progress(`${FUNCTION} may not ${ACTION}`);
    await section.check('whoever asks for it is told of an error', async () => read(502));
    await section.check('health is asked for long enough to turn, and does not', async () => {
      const watchedFor = TIMES * (route53.failoverMs - route53.ttlMs);
      return lag.inTime(bearableMs(stage), startedAt, async () => {
        await sleep(watchedFor, undefined, { signal });
        expectEqual('turns', route53.turns.filter(turn => turn.region === region.name && turn.at >= startedAt), []);
        return `watched for ${(watchedFor / 1000).toFixed(1)} s`;
      });
    });
    await checkHealth(section, region);
    await section.check('its customers are still led to it', () => {
      expectEqual('region', route53.ask(route53.sharedName, route53.askerNear(region.name))?.region, region.name);
    });
    await section.check('whoever asks is still told of an error', async () => read(502));
  } finally {
    progress('it may again');
    await giveBack();
  }
  await section.check('with the permission, it answers again', async () => read(200));
  await section.check('IAM denied nothing but that', async () => expectDenials(stage, region, denials, [FUNCTION.split('-')[1], ACTION]));
  lag.tell(section, startedAt);
}
