import { ServerResponse } from 'http';

/** The time for which a listener may leave unread what it was sent. */
const PATIENCE_MS = 10_000;

/** The interval of heartbeats that keep a connection open that has no news. */
const HEARTBEAT_MS = 15_000;

/**
 * A listener to server-sent events.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;
  private patience?: NodeJS.Timeout;

  constructor(private readonly response: ServerResponse, onEnd: () => void, private readonly patienceMs = PATIENCE_MS) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    this.heartbeat = setInterval(() => this.write(':\n\n'), HEARTBEAT_MS);
    response.once('close', () => {
      clearInterval(this.heartbeat);
      clearTimeout(this.patience);
      onEnd();
    });
    // it may go at any moment
    response.on('error', () => {});
  }

  /**
   * Sends an event.
   *
   * @param json in one line, as JSON.stringify writes it
   */
  public send(event: string, json: string): void {
    this.write(`event: ${event}\ndata: ${json}\n\n`);
  }

  /** Drops a listener that does not read: it may come again, and gets everything. */
  private write(text: string): void {
    if (this.response.write(text) || this.patience) return;
    this.patience = setTimeout(() => this.response.destroy(), this.patienceMs);
    this.response.once('drain', () => {
      clearTimeout(this.patience);
      this.patience = undefined;
    });
  }
}
