import { setTimeout as sleep } from 'timers/promises';
import { COMMITS, PRIMARY, RECEIPTS, SECONDARY, THIRD } from './commits';
import { LivingSystem, SYSTEM } from './living-system';
import { StepName } from './steps';
import { expectEqual, Section } from '../../../cli/rehearsal/telling/transcript';

/** Seconds: in each, every customer places an order or two. */
const LATE = 5;

/** One step of a life. */
export interface Chapter {
  readonly title: string;
  /** Whether the system is gone for a while, and its customers with it. */
  readonly isClosed?: boolean;
  readonly run: (system: LivingSystem, section: Section, progress: (text: string) => void) => Promise<void>;
}

export const CHAPTERS: Record<StepName, Chapter> = {
  'fail-global': {
    title: 'First deployment: the global stack fails',
    run: async system => system.deployInVain(PRIMARY, {
      stack: `${SYSTEM}-global`, resource: 'AWS::CloudTrail::Trail', reason: 'the account has as many trails as it may have',
    }),
  },
  'fail-table': {
    title: 'Again: one table of several fails',
    run: async system => system.deployInVain(PRIMARY, { stack: `${SYSTEM}-global`, resource: 'AWS::DynamoDB::GlobalTable', skip: 1 }),
  },
  'fail-regional': {
    title: 'Again, with what is left of that: a regional stack fails',
    run: async system => system.deployInVain(
      SECONDARY, { stack: `${SYSTEM}-${SECONDARY}`, resource: 'AWS::CloudWatch::CompositeAlarm' }, '--import-existing-resources',
    ),
  },
  'fail-mesh': {
    title: 'Again: a mesh stack fails',
    run: async system => system.deployInVain(PRIMARY, { stack: `${SYSTEM}-${PRIMARY}-mesh`, resource: 'AWS::Route53::RecordSet' }),
  },
  'bring-up': {
    title: 'All stacks are deployed',
    run: async system => {
      await system.deploy();
      system.orders.start();
      await system.everyoneIsServedBy([PRIMARY, SECONDARY]);
    },
  },
  'change-code': { title: 'Code, a definition, a subscription and an alarm change', run: changeCode },
  'change-route': {
    title: 'A route is added, for callers with a token',
    run: async (system, section) => {
      await system.change(COMMITS.route);
      await Promise.all(system.regions.map(async region => section.check(`the new route asks for a token in ${region.name}`, async () => system.seen(async () => (
        expectEqual('status', (await region.orders.send('GET', `${RECEIPTS}/x`)).status, 401)
      )))));
    },
  },
  'change-authorizer': {
    title: 'An authorizer changes',
    run: async (system, section) => {
      const served = async () => Promise.all(system.regions.map(async ({ name }) => system.consoleOf(name).servedDeployment()));
      const before = await served();
      await system.change(COMMITS.authorizer);
      const after = await served();
      await Promise.all(system.regions.map(async ({ name }, i) => section.check(`the changed authorizer is in a new deployment of the API in ${name}`, () => {
        if (after[i] === before[i]) throw new Error(`the stage serves ${before[i]}, as before`);
      })));
    },
  },
  'change-schema': {
    title: 'A schema changes',
    run: async (system, section) => {
      await Promise.all(system.regions.map(async region => expectEqual('the status before', (await system.place(region, 3)).status, 201)));
      await system.change(COMMITS.schema);
      await Promise.all(system.regions.map(async region => (
        section.check(`the new schema refuses in ${region.name} what the old one took`, async () => system.seen(async () => (
          expectEqual('the problem', ((await system.place(region, 3)).body as { title?: string }).title, 'The body does not match the schema of this route')
        )))
      )));
    },
  },
  'canary': {
    title: 'A canary fails, and is rolled back',
    run: async (system, section) => {
      const { primary } = system;
      await system.commit(COMMITS.faulty);
      const stopping = new AbortController();
      const unlucky = sendUnlucky(system, stopping.signal);
      try {
        section.note((await system.refused(async () => system.estate.deploy())).message);
      } finally {
        stopping.abort();
        await unlucky;
      }
      await section.check('customers are served by what was there before', async () => system.seen(async () => (
        expectEqual('status', (await primary.orders.read('unlucky-0')).status, 404)
      )));
    },
  },
  'canary-again': {
    title: 'The same commit again, once the alarm is OK',
    run: async (system, section) => {
      await system.isGreen('GetOrder');
      await system.estate.deploy();
      await section.check('it is what runs', async () => system.seen(async () => (
        expectEqual('status', (await system.primary.orders.read('unlucky-0')).status, 502)
      )));
      await system.revert(COMMITS.faulty);
      await system.isGreen('GetOrder');
      await system.estate.deploy();
    },
  },
  'join': {
    title: `${THIRD} joins`,
    run: async system => {
      await system.change(COMMITS.join);
      await system.everyoneIsServedBy([PRIMARY, SECONDARY, THIRD]);
    },
  },
  'leave': { title: `${THIRD} leaves`, run: leave },
  'rejoin': { title: `${THIRD} joins again`, run: rejoin },
  're-create': { title: 'All stacks are deleted, and made again with what was kept', isClosed: true, run: recreate },
  'tear-down': { title: 'Everything is deleted', isClosed: true, run: tearDown },
};

async function changeCode(system: LivingSystem, section: Section): Promise<void> {
  // of the new queue, and of the one for what poisons it
  await system.makeLate('AWS::SQS::QueuePolicy', 2, LATE);
  await system.change(COMMITS.code, COMMITS.definition, COMMITS.subscription, COMMITS.alarm);
  await Promise.all(system.regions.map(async region => {
    const { orderId } = await system.place(region);
    const console = system.consoleOf(region.name);
    await section.check(`the new code answers in ${region.name}`, async () => system.seen(async () => (
      expectEqual('edition', ((await region.orders.read(orderId)).body as { edition?: string }).edition, 'second')
    )));
    await section.check(`the new definition is what runs in ${region.name}`, async () => system.seen(async () => (
      expectEqual('edition', (await region.items()).find(({ pk, sk }) => pk === orderId && sk === 'outcome')?.edition, 'second')
    )));
    await section.check(`the new subscription delivers in ${region.name}`, async () => system.seen(async () => {
      if (await console.messagesIn(`${SYSTEM}-Copies`) === 0) throw new Error('its queue is empty');
    }));
    await section.check(`the changed alarm is what watches in ${region.name}`, async () => {
      const thresholds = (await console.alarmsOf('GetOrder')).map(({ Threshold }) => Threshold);
      if (!thresholds.includes(7)) throw new Error(`the thresholds are ${thresholds.join(', ')}`);
    });
  }));
}

/** Sends what the faulty code fails for, until it is told to stop. */
async function sendUnlucky({ primary }: LivingSystem, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await Promise.all(Array.from({ length: 5 }, async (_, i) => primary.orders.read(`unlucky-${i}`).catch(() => {})));
    await sleep(100, undefined, { signal }).catch(() => {});
  }
}

async function leave(system: LivingSystem, section: Section, progress: (text: string) => void): Promise<void> {
  await system.change(COMMITS.retire);
  progress('no client is led there any more');
  await system.everyoneIsServedBy([PRIMARY, SECONDARY]);
  progress('its work comes to its end');
  const third = system.region(THIRD);
  await section.check(`nothing runs or waits in ${THIRD} when it goes`, async () => system.seen(async () => {
    expectEqual('workflows that run', (await third.executions()).filter(({ status }) => status === 'RUNNING').map(({ name }) => name), []);
    const open = [...await third.noted()].filter(([, status]) => status === 'STARTED').map(([name]) => name);
    expectEqual('workflows that are open', open, []);
    expectEqual('dead letters', (await third.deadLetters()).length, 0);
    expectEqual('rows and events on their way', await third.queued(), 0);
  }));
  await system.orders.count(system.regions);
  progress('its stacks are destroyed');
  await system.estate.destroyRegion(THIRD);
  progress('it leaves the list of regions');
  await system.change(COMMITS.leave);
  await section.check(`its dead-letter queue is kept in ${THIRD}`, async () => {
    expectEqual('messages', await system.consoleOf(THIRD).messagesIn(`${SYSTEM}-DeadLetters`), 0);
  });
}

async function rejoin(system: LivingSystem, section: Section): Promise<void> {
  await system.commit(COMMITS.join);
  await deleteKeptQueues(system, section, [THIRD]);
  await system.estate.deploy('--import-existing-resources');
  await system.everyoneIsServedBy([PRIMARY, SECONDARY, THIRD]);
}

async function recreate(system: LivingSystem, section: Section, progress: (text: string) => void): Promise<void> {
  const { estate, orders } = system;
  const { regions } = estate;
  await closeShop(system, section);
  const before = await Promise.all(system.regions.map(async region => region.items()));
  progress('all stacks are destroyed');
  await estate.destroyAll();
  progress('they are made again');
  await deleteKeptQueues(system, section, regions);
  await estate.deploy('--import-existing-resources');
  await section.check('all data is still there', async () => {
    expectEqual('items', (await Promise.all(system.regions.map(async region => region.items()))).map(({ length }) => length), before.map(({ length }) => length));
    return `${before[0].length} items in each of ${before.length} regions`;
  });
  orders.start();
  await system.everyoneIsServedBy(regions);
}

async function tearDown(system: LivingSystem, section: Section, progress: (text: string) => void): Promise<void> {
  const { regions } = system.estate;
  await system.change(COMMITS.deletable);
  await closeShop(system, section);
  progress('all is destroyed');
  await system.estate.destroyAll();
  for (const region of regions) {
    await section.check(`nothing is left in ${region}`, async () => expectEqual('left', await system.consoleOf(region).leftovers(), []));
  }
}

/** No new orders, and what becomes of those that there are. */
async function closeShop({ orders, regions }: LivingSystem, section: Section): Promise<void> {
  await orders.stop();
  const { orders: placed, lost, doubled } = await orders.audit(regions, 0, performance.now());
  await section.check('every order is shipped, once, before', () => {
    expectEqual('not shipped, ran twice', [lost, doubled], [[], []]);
    return `${placed} orders that no step before has counted`;
  });
  orders.forget();
}

/** What a stack leaves and the next one cannot take over. */
async function deleteKeptQueues(system: LivingSystem, section: Section, regions: string[]): Promise<void> {
  for (const { region, template } of system.estate.assembly.stacks.filter(stack => regions.includes(stack.region))) {
    const console = system.consoleOf(region);
    const queues = Object.values(template.Resources ?? {})
      .filter(({ Type, DeletionPolicy }) => Type === 'AWS::SQS::Queue' && DeletionPolicy?.startsWith('Retain'))
      .map(({ Properties }) => Properties?.QueueName as string | undefined);
    for (const queue of queues.filter(name => name !== undefined)) {
      await section.check(`${queue} in ${region} is empty, and is deleted`, async () => {
        expectEqual('messages', await console.messagesIn(queue), 0);
        await console.deleteQueue(queue);
      });
    }
  }
}
