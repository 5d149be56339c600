import { createServer } from 'http';
import { AddressInfo, connect } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import { EventStream } from '../../../../cli/rehearsal/live/event-stream';

describe('EventStream', () => {
  let end: () => void;
  afterEach(() => end());

  /** Returns what becomes of a listener that is sent much, and whether it is still there. */
  async function listen(reads: boolean): Promise<{ readonly hasEnded: () => boolean; readonly send: () => void; readonly received: () => number }> {
    let [hasEnded, received] = [false, 0];
    const stream = new Promise<EventStream>(resolve => {
      const server = createServer((_, response) => resolve(new EventStream(response, () => { hasEnded = true; }, 300)));
      server.listen(0, '127.0.0.1', () => {
        const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
        socket.on('error', () => {});
        socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
        if (reads) socket.on('data', data => { received += data.length; });
        end = () => {
          socket.destroy();
          server.close();
        };
      });
    });
    const { send } = { send: await stream };
    return { hasEnded: () => hasEnded, received: () => received, send: () => send.send('news', JSON.stringify('x'.repeat(8_000_000))) };
  }

  test('drops a listener that leaves unread what it is sent', async () => {
    const { hasEnded, send } = await listen(false);
    send();
    send();
    for (let i = 0; i < 100 && !hasEnded(); i++) await sleep(50);
    expect(hasEnded()).toBe(true);
    expect(send).not.toThrow();
  });

  test('keeps one that reads, however much it is sent', async () => {
    const { hasEnded, send, received } = await listen(true);
    send();
    send();
    for (let i = 0; i < 100 && received() < 16_000_000; i++) await sleep(50);
    await sleep(600);
    expect(hasEnded()).toBe(false);
    expect(received()).toBeGreaterThan(16_000_000);
  });
});
