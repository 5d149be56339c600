import { DeployedRegion } from './deployed-region';
import { Drill, expectDenials, failedDuring, Stage } from './drill';
import { Failover } from './failover';
import { checkHealth } from './health';
import { DeployedFunction } from '../../cli/rehearsal/regions/deployed-function';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

/**
 * The function behind /health of the last region is deleted: whatever else works there, its customers are led elsewhere, until the function is there again.
 *
 * @see https://repost.aws/knowledge-center/api-gateway-internal-server-error for what API Gateway answers without it
 */
export class HealthDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const region = stage.regions.at(-1)!;
    if (stage.regions.length < 2) return [];
    const section = stage.account.section(`The health function of ${region.name} is deleted`);
    return [{
      title: `Delete the health function of ${region.name}, and make it again`,
      run: async progress => failedDuring(() => section.failed, async () => lose(stage, region, section, progress)),
    }];
  }
}

async function lose(stage: Stage, region: DeployedRegion, section: Section, progress: (text: string) => void): Promise<void> {
  const denials = await region.denials();
  let health: DeployedFunction;
  const failover = new Failover(stage, section, {
    name: 'health',
    region,
    leaving: `the function behind /health of ${region.name} is deleted`,
    returning: 'it is made again',
    isGraceful: true,
    before: async () => {
      await checkHealth(section, region);
      health = await region.healthFunction();
    },
    leave: async () => health.delete(),
    comeBack: async () => health?.recreate(),
    whileAway: async customers => {
      await section.check(`${region.name} answers /health with an error`, async () => {
        const { status } = await region.orders.send('GET', '/health');
        if (status < 400) throw new Error(`${status}, although there is no function`);
        return String(status);
      });
      await section.check(`${region.name} answers whoever asks it all the same`, async () => {
        const [order] = customers.flatMap(({ orders }) => orders).filter(({ takenBy }) => takenBy === region.name);
        expectEqual('status', (await region.orders.read(order.request.orderId)).status, 200);
      });
    },
  });
  await failover.run(progress);
  await checkHealth(section, region);
  await section.check('IAM denied nothing but calls of that function', async () => expectDenials(stage, region, denials, [region.healthFunctionName]));
}
