import { isDeepStrictEqual } from 'util';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { AwsAccess, Checker, Operation, Run, Sent, Verdict } from 'cdk-multi-region/rehearsal';
import { readStory } from './order-story';
import { SAMPLE_ORDERS } from './sample-orders';
import type { PlacedOrder } from './workload';

/** The name of the table. */
export const ORDERS = 'Orders-OrdersTable';

/** Each order comes to the end that its sample has, and leaves the records that go with it, and an entry in the index of every region: no more and no less. */
export const everyOrderLeavesWhatItShould: Checker = {
  name: 'every order ends as it should, and leaves what it should',
  check: run => {
    const [replica] = Object.values(run.tables[ORDERS]);
    const details = acknowledged(run).flatMap(({ key, value }) => {
      const { leaves, endsAs } = SAMPLE_ORDERS.find(({ name }) => name === (value as PlacedOrder).sample)!;
      const records = replica.filter(({ pk }) => pk === key);
      const found = records.map(({ sk }) => String(sk)).sort();
      const wanted = [...leaves, ...run.regions.map(region => `indexed#${region}`)].sort();
      const status = records.find(({ sk }) => sk === 'outcome')?.status;
      return isDeepStrictEqual(found, wanted) && status === endsAs ? [] : [`${key} is ${status}, not ${endsAs}, and left ${found.join(', ')} instead of ${wanted.join(', ')}`];
    });
    return verdict(details, `${acknowledged(run).length} orders`);
  },
};

/** Checks that the logs of all regions show the way of an order. One order of each region is enough. */
export function everyOrderTellsItsWay(logsOf: (access: AwsAccess) => CloudWatchLogsClient): Checker {
  return {
    name: 'the logs of all regions tell the way of an order, by one correlation id',
    check: async run => {
      const logs = run.regions.map(region => logsOf(run.aws[region]));
      const undisturbed = undisturbedOrders(run);
      const stories = await Promise.allSettled(undisturbed.map(async ({ operation, region }) => `${operation.key}: ${await readStory(logs, run.regions, region, operation.key)}`));
      const details = stories.flatMap((story, i) => (story.status === 'rejected' ? [`${undisturbed[i].operation.key}: ${(story.reason as Error).message}`] : []));
      return verdict(details, stories.flatMap(story => (story.status === 'fulfilled' ? [story.value] : [])).join('; ') || 'no order was undisturbed');
    },
  };
}

/** Returns the first ordinary order of each region that no fault can have to do with, and whose logs are still there. */
export function undisturbedOrders({ regions, history, faults }: Pick<Run, 'regions' | 'history' | 'faults'>): Sent[] {
  const isQuiet = (at: number) => faults.filter(({ mayFail, mayDouble }) => mayFail || mayDouble).every(fault => (
    (at + QUIET_MS < fault.at && fault.nemesis !== LOSES_LOGS) || at > (fault.until ?? Infinity) + QUIET_MS
  ));
  return regions.flatMap(region => history.find(({ operation, attempt, region: where, outcome, at }) => (
    isPlacing(operation) && (operation.value as PlacedOrder).sample === 'ordinary' && attempt === 0 && where === region && outcome?.type === 'ok' && isQuiet(at)
  )) ?? []);
}

/** The fault that takes a local region's logs with it, of all that was before. */
const LOSES_LOGS = 'kill';

/** An order that was placed so long before a fault, or after it, has nothing to do with it. */
const QUIET_MS = 8000;

function isPlacing({ kind }: Operation): boolean {
  return kind === 'place an order';
}

/** Returns the placings that were acknowledged, each once. */
function acknowledged({ history }: Run): Operation[] {
  return [...new Map(history.filter(({ operation, outcome }) => isPlacing(operation) && outcome?.type === 'ok').map(({ operation }) => [operation.key, operation])).values()];
}

function verdict(details: string[], summary: string): Verdict {
  return { valid: details.length === 0, summary: details.length === 0 ? summary : `${details.length} do not`, details };
}
