import { readFileSync } from 'fs';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { followOrder } from '../../example-app/follow-order';
import { Answer, Call, LocalEndpoint } from '../support/local-endpoint';

const SINCE = new Date('2026-11-22T10:00:00Z');

describe('following an order', () => {
  const endpoints: LocalEndpoint[] = [];
  afterEach(async () => {
    await Promise.all(endpoints.splice(0).map(endpoint => endpoint.stop()));
  });

  /** A region whose logs hold these lines, each by its time and message. */
  async function regionWith(lines: [string, string][], special: (call: Call) => Answer | undefined = () => undefined): Promise<CloudWatchLogsClient> {
    const endpoint = await LocalEndpoint.start(call => special(call) ?? { body: bodyOf(call) });
    const bodyOf = ({ operation }: Call): object => {
      if (operation === 'StartQuery') return { queryId: 'q-1' };
      if (operation === 'GetQueryResults') {
        const results = lines.map(([timestamp, message]) => [{ field: 'timestamp', value: timestamp }, { field: 'message', value: message }]);
        return { status: 'Complete', results };
      }
      return { logGroups: [{ logGroupName: 'Orders-us-west-2-PlaceOrderLogs' }] };
    };
    endpoints.push(endpoint);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return new CloudWatchLogsClient({ region: 'us-west-2', endpoint: endpoint.url, credentials, maxAttempts: 1 });
  }
  const inputs = (name: string) => endpoints.flatMap(({ calls }) => calls).filter(({ operation }) => operation === name).map(({ input }) => input);

  test('puts the lines of all regions in the order of time', async () => {
    const regions = [await regionWith([['10:01', 'taken'], ['10:03', 'shipped']]), await regionWith([['10:02', 'indexed']])];
    expect((await followOrder('o-1', regions, SINCE)).map(({ message }) => message)).toEqual(['taken', 'indexed', 'shipped']);
  });

  test('asks for the order by the query in the file, in the system\'s log groups', async () => {
    await followOrder('o-1', [await regionWith([])], SINCE);
    expect(inputs('DescribeLogGroups')).toEqual([{ logGroupNamePattern: 'Orders-' }]);
    const [{ queryString, logGroupNames, startTime }] = inputs('StartQuery');
    expect([logGroupNames, startTime]).toEqual([['Orders-us-west-2-PlaceOrderLogs'], SINCE.getTime() / 1000]);
    expect(queryString).toContain('order_id = "o-1" or execution = "o-1"');
    expect(queryString.replaceAll('"o-1"', '"ORDER_ID"')).toBe(readFileSync('example-app/follow-order.logs-insights', 'utf8'));
  });

  test('waits until a query is complete', async () => {
    let asked = 0;
    const region = await regionWith([['10:01', 'taken']], ({ operation }) => (operation === 'GetQueryResults' && asked++ === 0 ? { body: { status: 'Running' } } : undefined));
    expect(await followOrder('o-1', [region], SINCE)).toHaveLength(1);
  });

  test.each(['o-1" or order_id like "', '', 'x'.repeat(65)])('refuses what is no order\'s id: %j', async orderId => {
    await expect(followOrder(orderId, [await regionWith([])], SINCE)).rejects.toThrow('no order\'s id');
    expect(endpoints[0].calls).toEqual([]);
  });

  test.each<[string, (call: Call) => Answer | undefined, string]>([
    ['has no such log groups', ({ operation }) => (operation === 'DescribeLogGroups' ? { body: {} } : undefined), '0 log groups of Orders- are in us-west-2'],
    ['could not answer', ({ operation }) => (operation === 'GetQueryResults' ? { body: { status: 'Failed' } } : undefined), 'the query is Failed'],
    ['is down', () => ({ status: 503, type: 'ServiceUnavailableException', body: {} }), 'UnknownError'],
  ])('tells no half of a story if a region %s', async (_, special, message) => {
    const regions = [await regionWith([['10:01', 'taken']]), await regionWith([], special)];
    await expect(followOrder('o-1', regions, SINCE)).rejects.toThrow(message);
  });
});
