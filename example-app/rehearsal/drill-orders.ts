import { setTimeout as sleep } from 'timers/promises';
import { ExecutionListItem } from '@aws-sdk/client-sfn';
import { badRequests } from './bad-requests';
import { DeployedRegion } from './deployed-region';
import { Drill, failedDuring, Stage } from './drill';
import { Answer, OrderRequest } from './order-client';
import { readStory } from './order-story';
import { expectSameItems, recordsOf, untilEventsArrived, untilQuiet } from './replicas';
import { SAMPLE_ORDERS, SampleOrder } from './sample-orders';
import { Deadline } from '../../cli/rehearsal/lag/deadline';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';
import { Step } from '../../cli/rehearsal/telling/steps';

/** How often an order is asked for, and for how long. */
const POLL_MS = 250;
const FOLLOW_MS = 60_000;

/** A sample order that was sent to one region, the origin. */
interface Order {
  readonly sample: SampleOrder;
  readonly origin: DeployedRegion;
  readonly request: OrderRequest;
  readonly section: Section;
  /** What the origin answered, once it took the order. */
  taken?: Taken;
}

interface Taken {
  readonly orderId: string;
  readonly status: string;
  readonly region: string;
  readonly totalCents: number;
  readonly placedAt: string;
}

/** Nothing is broken here: each region takes orders, all regions know them, and each order is fulfilled once. */
export class OrdersDrill implements Drill {
  public steps(stage: Stage): Step[] {
    const orders = SAMPLE_ORDERS.flatMap(sample => stage.regions.map(origin => prepare(stage, origin, sample)));
    const [shipped, cancelled] = (['SHIPPED', 'CANCELLED'] as const).map(end => orders.filter(({ sample }) => sample.endsAs === end));
    const refused = stage.account.section('Bad requests are refused and leave no trace');
    const together = stage.account.section('All regions together');
    // Steps that run side by side count their own checks only
    const failedOf = (some: Order[]) => () => some.reduce((sum, { section }) => sum + section.failed, 0);
    const failed = () => stage.account.failed;
    return [
      {
        title: 'Place an order in each region, follow it until shipped, read it from the others',
        sideBySide: true,
        parts: () => shipped.map(order => ({
          title: order.request.orderId,
          run: async progress => failedDuring(failedOf([order]), async () => placeAndFollow(stage, order, progress)),
        })),
      },
      {
        title: 'Place orders that cannot be fulfilled, follow them until cancelled',
        sideBySide: true,
        parts: () => stage.regions.map(region => {
          const here = cancelled.filter(({ origin }) => origin === region);
          return {
            title: region.name,
            // Each order at the same time needs function instances of its own, which this machine has to start
            run: async progress => failedDuring(failedOf(here), async () => oneByOne(here, async order => placeAndFollow(stage, order, progress))),
          };
        }),
      },
      {
        title: 'Send the same orders again, to all regions',
        run: async () => failedDuring(failed, async () => oneByOne(orders, async order => sendAgain(stage, order))),
      },
      {
        title: 'Send bad requests',
        run: async () => failedDuring(failed, async () => sendBadRequests(stage, orders, refused)),
      },
      {
        title: 'Count executions and records in all regions',
        run: async () => failedDuring(failed, async () => countAll(stage, orders, together)),
      },
    ];
  }
}

async function oneByOne<T>(list: T[], act: (item: T) => Promise<void>): Promise<void> {
  for (const item of list) {
    await act(item);
  }
}

function prepare(stage: Stage, origin: DeployedRegion, sample: SampleOrder): Order {
  const orderId = `${stage.runId}-${origin.name}-${sample.name}`;
  return {
    sample,
    origin,
    request: { orderId, customerId: 'customer-1', items: sample.items },
    section: stage.account.section(`Order ${orderId}: ${sample.story}`),
  };
}

async function placeAndFollow(stage: Stage, order: Order, progress: (text: string) => void): Promise<void> {
  const { origin, request, sample, section } = order;
  const sentAt = Date.now();
  await section.check(`${origin.name} takes it`, async () => {
    const answer = await origin.orders.place(request);
    const seconds = since(sentAt);
    expectEqual('status', answer.status, 201);
    const taken = answer.body as Taken;
    const totalCents = request.items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
    expectEqual('answer', taken, { orderId: request.orderId, status: 'PLACED', region: origin.name, totalCents, placedAt: taken.placedAt });
    order.taken = taken;
    return `201 after ${seconds}`;
  });
  if (!order.taken) return;

  await Promise.all([
    section.check(`sent to ${origin.name} again at once, it is still one order`, async () => {
      const answer = await origin.orders.place(request);
      const { status } = answer.body as Taken;
      expectSameOrder(answer, { ...order.taken!, status });
      return `200, ${status}`;
    }),
    ...stage.regions.map(async region => section.check(
      region === origin ? `ends as ${sample.endsAs}` : `${region.name} tells the same`,
      async () => follow(stage, order, region, sentAt, status => progress(`${request.orderId} is ${status} in ${region.name} after ${since(sentAt)}`)),
    )),
  ]);
}

/** Asks one region for an order until it is what it is to be in the end. Returns what it was when. */
async function follow(stage: Stage, order: Order, region: DeployedRegion, sentAt: number, onChange: (status: string) => void): Promise<string> {
  const { sample, request, origin } = order;
  const seen: string[] = [];
  let last = '';
  const deadline = new Deadline(FOLLOW_MS, stage.lag);
  while (!deadline.isOver) {
    const { status, body } = await region.orders.read(request.orderId);
    const told = body as Taken & { answeredBy: string };
    if (status === 200) {
      expectEqual('the region that took it', told.region, origin.name);
      expectEqual('the region that answered', told.answeredBy, region.name);
      if (told.status !== last) {
        last = told.status;
        seen.push(`${last} after ${since(sentAt)}`);
        onChange(last);
      }
      if (last === sample.endsAs) return seen.join(', ');
      if (last !== 'PLACED') break;
    } else if (status !== 404 || region === origin) {
      // A peer may not have it yet; the origin has it
      throw new Error(`${status} ${JSON.stringify(body)}`);
    }
    await sleep(POLL_MS, undefined, { signal: stage.signal });
  }
  const found = seen.join(', ') || 'never seen';
  throw deadline.isOver ? deadline.failure(`not ${sample.endsAs}, but ${found},`) : new Error(`not ${sample.endsAs}: ${found}`);
}

async function sendAgain(stage: Stage, { taken, section, request, sample }: Order): Promise<void> {
  if (!taken) return;
  await section.check('sent again to every region, it is answered with what it became', async () => {
    const answers = await Promise.all(stage.regions.map(async region => region.orders.place(request)));
    answers.forEach(answer => expectSameOrder(answer, { ...taken, status: sample.endsAs }));
    return stage.regions.map((region, i) => `${answers[i].status} from ${region.name}`).join(', ');
  });
}

function expectSameOrder(answer: Answer, expected: Taken): void {
  expectEqual('status', answer.status, 200);
  expectEqual('answer', answer.body, expected);
}

async function sendBadRequests(stage: Stage, orders: Order[], section: Section): Promise<void> {
  const before = await Promise.all(stage.regions.map(async region => region.items()));
  for (const { name, method, path, body, contentType } of badRequests(`${stage.runId}-bad`, orders[0].request)) {
    await section.check(name, async () => {
      const answers = await Promise.all(stage.regions.map(async region => region.orders.send(method, path, body, contentType)));
      const seen = stage.regions.map((region, i) => `${answers[i].status} from ${region.name}`).join(', ');
      if (!answers.every(({ status }) => status >= 400 && status <= 499)) throw new Error(`expected 4xx, got ${seen}`);
      return seen;
    });
  }
  // What should not be there would have come to the other regions by now
  await untilQuiet(stage);
  await Promise.all(stage.regions.map(async (region, i) => section.check(`no trace in ${region.name}`, async () => {
    const after = await region.items();
    expectSameItems(after, before[i]);
    return `the same ${after.length} records as before`;
  })));
}

async function countAll(stage: Stage, orders: Order[], together: Section): Promise<void> {
  await together.check('events of every order reached every region', async () => untilEventsArrived(stage, orders.map(({ request }) => request.orderId)));
  await untilQuiet(stage);
  const executions = await Promise.all(stage.regions.map(async region => region.executions()));
  const items = await Promise.all(stage.regions.map(async region => region.items()));

  for (const order of orders) {
    const { section, origin, request: { orderId }, sample } = order;
    await section.check('its workflow ran once in total, in the region that took it', () => {
      const found = stage.regions.flatMap((region, i) => executions[i]
        .filter(({ name }) => name === orderId)
        .map(execution => ({ region, execution })));
      expectEqual('executions', found.map(({ region }) => region.name), [origin.name]);
      const [{ execution }] = found;
      expectEqual('its end', execution.status, 'SUCCEEDED');
      return `${origin.name}, ${execution.status} after ${duration(execution)}`;
    });
    await section.check(`leaves ${sample.leaves.join(', ')}, each once and written by ${origin.name}`, () => {
      stage.regions.forEach((region, i) => {
        expectEqual(`records in ${region.name}`, recordsOf(orderId, items[i]), sample.leaves.map(kind => [kind, origin.name]));
      });
    });
  }
  for (const { section, origin, request: { orderId } } of orders.filter(({ sample: { endsAs } }) => endsAs === 'SHIPPED')) {
    await section.check('the logs of all regions tell its way, by one correlation id', async () => readStory(stage.regions, origin, orderId));
  }
  await together.check('the replicas of the orders table are equal', () => {
    items.forEach(replica => expectSameItems(replica, items[0]));
    return `${items[0].length} records in each`;
  });
  await together.check('no workflow ran but those of these orders', () => {
    const known = new Set(orders.map(({ request }) => request.orderId));
    expectEqual('others', executions.flat().map(({ name }) => name).filter(name => !known.has(name!)), []);
    return `${executions.flat().length} executions`;
  });
}

function duration({ startDate, stopDate }: ExecutionListItem): string {
  return startDate && stopDate ? `${((stopDate.getTime() - startDate.getTime()) / 1000).toFixed(2)} s` : 'an unknown time';
}

function since(start: number): string {
  return `${((Date.now() - start) / 1000).toFixed(2)} s`;
}
