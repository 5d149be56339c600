import { isDeepStrictEqual } from 'util';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { linesOf } from './order-lines';

/** An order that is sent again at once is another request; it is published again, and events may come twice anyway. */
const SENT_AGAIN = ['order sent again', 'order published', 'order indexed already', 'customer knows already'];
/** The steps of an order that ends well, in this order, where it was placed. */
const WAY = ['order taken', 'charge requested', 'goods reserved', 'goods shipped', 'customer told'];

/** Reads the logs of all regions, and throws unless they show an order that ended well, all of it and nothing twice. */
export async function readStory(logs: CloudWatchLogsClient[], regions: readonly string[], origin: string, orderId: string): Promise<string> {
  const lines = await linesOf(orderId, logs);
  const once = lines.filter(({ message }) => !SENT_AGAIN.includes(message!));
  expectEqual('its way', once.filter(({ message }) => WAY.includes(message!)).map(({ region, message }) => [region, message]), WAY.map(message => [origin, message]));
  for (const name of regions) {
    // an order and its event are one workflow, and each comes to every region
    const told = [...new Set(once.filter(({ region, message }) => region === name && !WAY.includes(message!)).map(({ message }) => message))].sort();
    expectEqual(`what else ${name} tells`, told, name === origin ? ['execution started', 'order indexed'] : ['left to the region of origin', 'order indexed']);
  }
  const [taken] = once;
  if (!taken.correlation_id) throw new Error('it has no correlation id');
  expectEqual('correlation ids', [...new Set(once.map(line => line.correlation_id))], [taken.correlation_id]);
  return `${lines.length} lines of ${new Set(lines.map(({ service }) => service)).size} functions`;
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}
