import { Answer, Call, LocalEndpoint, loadHandler } from '../support/local-endpoint';

const event = (n: number, size = 0) => ({ detailType: 'OrderPlaced', detail: { orderId: `o-${n}`, filler: 'x'.repeat(size) } });
const ids = ({ input }: Call) => input.Entries.map((entry: any) => JSON.parse(entry.Detail).orderId);

describe('publishing events', () => {
  let endpoint: LocalEndpoint;
  let answer: (call: Call) => Answer | Promise<Answer>;
  beforeEach(async () => {
    answer = taken;
    endpoint = await LocalEndpoint.start(call => answer(call));
  });
  afterEach(() => endpoint.stop());

  const taken = ({ input }: Call): Answer => ({ body: { FailedEntryCount: 0, Entries: input.Entries.map(() => ({ EventId: '1' })) } });
  /** Refuses some entries in the first request. */
  const refusing = (code: string, refused: string[]) => (call: Call): Answer => (endpoint.calls.length > 1 ? taken(call) : {
    body: { FailedEntryCount: refused.length, Entries: ids(call).map((id: string) => (refused.includes(id) ? { ErrorCode: code } : { EventId: '1' })) },
  });
  const publish = async (events: object[], signal?: AbortSignal) => loadHandler<{ publish(events: object[], signal?: AbortSignal): Promise<void> }>(
    '../../example-app/handlers/publish', { AWS_ENDPOINT_URL: endpoint.url, BUS_NAME: 'Orders-Bus' }).publish(events, signal);

  test('sends nothing for no events', async () => {
    await publish([]);
    expect(endpoint.calls).toEqual([]);
  });

  test('sends at most 10 at once, all of them, in order', async () => {
    await publish(Array.from({ length: 23 }, (_, n) => event(n)));
    expect(endpoint.calls.map(call => call.input.Entries.length)).toEqual([10, 10, 3]);
    expect(endpoint.calls.flatMap(ids)).toEqual(Array.from({ length: 23 }, (_, n) => `o-${n}`));
  });

  test('sends at most 256 KB at once', async () => {
    await publish([event(1, 150_000), event(2, 100_000), event(3, 100_000)]);
    expect(endpoint.calls.map(ids)).toEqual([['o-1', 'o-2'], ['o-3']]);
  });

  test('refuses an event that is too large before it sends any', async () => {
    await expect(publish([event(1), event(2, 256 * 1024)])).rejects.toThrow('the event OrderPlaced has 262');
    expect(endpoint.calls).toEqual([]);
  });

  test.each(['ThrottlingException', 'InternalFailure'])('sends those again, and only those, that were refused by %s', async code => {
    answer = refusing(code, ['o-2', 'o-3']);
    await publish([event(1), event(2), event(3)]);
    expect(endpoint.calls.map(ids)).toEqual([['o-1', 'o-2', 'o-3'], ['o-2', 'o-3']]);
  });

  test('gives up when they are refused again and again', async () => {
    answer = ({ input }) => ({ body: { FailedEntryCount: 1, Entries: input.Entries.map(() => ({ ErrorCode: 'InternalFailure' })) } });
    await expect(publish([event(1)])).rejects.toThrow('1 of 1 events were refused: InternalFailure');
    expect(endpoint.calls).toHaveLength(4);
  });

  test('gives up at once when it would be refused forever', async () => {
    answer = refusing('NotAuthorizedForSourceException', ['o-1']);
    await expect(publish([event(1), event(2)])).rejects.toThrow('1 of 2 events were refused: NotAuthorizedForSourceException');
    expect(endpoint.calls).toHaveLength(1);
  });

  test('throws if there is no such bus', async () => {
    answer = () => ({ status: 400, type: 'ResourceNotFoundException', body: { message: 'Event bus Orders-Bus does not exist.' } });
    await expect(publish([event(1)])).rejects.toThrow('Event bus Orders-Bus does not exist');
  });

  test.each<[string, () => Answer | Promise<Answer>]>([
    ['there is no answer', () => new Promise(() => {})],
    ['it is to be tried again', () => ({ body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] } })],
  ])('gives up when it is told to, also while %s', async (_, reply) => {
    answer = reply;
    const begun = performance.now();
    await expect(publish([event(1)], AbortSignal.timeout(100))).rejects.toThrow();
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(endpoint.calls.length).toBeLessThan(4);
  });
});
