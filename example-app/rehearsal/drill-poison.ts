import { DeployedRegion } from './deployed-region';
import { Drill, failedDuring, Stage } from './drill';
import { untilEventsArrived } from './replicas';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

/** An event that its consumer cannot handle: kept, told of, and handled once what was wrong is mended. */
export class PoisonDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const region = stage.regions.at(-1)!;
    const section = stage.account.section(`A poison event in ${region.name}`);
    return [{
      title: `Poison the notifications of ${region.name}, mend them, redrive`,
      run: async progress => failedDuring(() => section.failed, async () => poison(stage, region, section, progress)),
    }];
  }
}

/** What a region published before the other was there: a peer that does not exist takes nothing. */
async function redriveFirst(stage: Stage, section: Section): Promise<void> {
  await section.check('what a region published before the others were there is redriven, as after every first deployment', async () => {
    const found = await Promise.all(stage.regions.map(async ({ operator }) => {
      const letters = await operator.deadLetters();
      if (letters.length > 0) await operator.redrive();
      return letters.length;
    }));
    await Promise.all(stage.regions.map(async ({ operator }) => operator.awaitNoDeadLetters()));
    return stage.regions.map(({ name }, i) => `${found[i]} dead letters in ${name}`).join(', ');
  });
}

async function poison(stage: Stage, region: DeployedRegion, section: Section, progress: (text: string) => void): Promise<void> {
  await redriveFirst(stage, section);
  const customerId = `${stage.runId}-unreachable`;
  const orderIds = ['poisoned', 'healthy'].map(name => `${stage.runId}-${region.name}-${name}`);
  const [orderId] = orderIds;
  await section.check('a customer has an e-mail address that is none, and orders', async () => {
    await region.setContact(customerId, 'nobody');
    for (const [i, id] of orderIds.entries()) {
      const { status } = await region.orders.place({ orderId: id, customerId: i === 0 ? customerId : 'customer-1', items: [{ sku: 'tea', quantity: 1, unitPriceCents: 1250 }] });
      expectEqual('status', status, 201);
    }
  });
  progress('the notification fails, and is tried again');
  let isKept = false;
  await section.check('the event that cannot be handled is a dead letter that names the function and its error', async () => {
    const { Body } = await region.operator.awaitDeadLetter(orderId);
    const { requestContext: { functionArn, condition, approximateInvokeCount }, responsePayload } = JSON.parse(Body!);
    expectEqual('condition', condition, 'RetriesExhausted');
    expectEqual('function', functionArn.split(':').slice(-2), ['Orders-Notify', 'live']);
    isKept = true;
    return `${responsePayload.errorType} after ${approximateInvokeCount} tries`;
  });
  if (!isKept) return;
  await section.check('another customer\'s event is not held up by it', async () => untilEventsArrived(stage, orderIds.slice(1)));
  await section.check('no other region has a dead letter', async () => {
    const others = await Promise.all(stage.regions.filter(other => other !== region).map(async other => other.operator.deadLetters()));
    expectEqual('dead letters', others.flat().map(({ Body }) => Body), []);
  });
  await region.setContact(customerId, 'somebody@example.com');
  progress('the address is mended, the dead letters are redriven');
  await section.check('after it is mended and redriven, the customer is told, by e-mail', async () => {
    await region.operator.redrive();
    const seen = await untilEventsArrived(stage, [orderId]);
    const [told] = (await region.items()).filter(({ pk, sk }) => pk === orderId && sk === 'notification');
    expectEqual('how', told.by, 'e-mail');
    return seen;
  });
  await section.check('nothing is left in the dead-letter queue', async () => region.operator.awaitNoDeadLetters());
}
