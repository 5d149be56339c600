import { request as requestHttp } from 'http';
import { request as requestHttps, RequestOptions } from 'https';
import { Clock, WALL_CLOCK } from '../lag/clock';
import { afterMs } from '../lag/timer';

export interface HttpRequest {
  /** The address of a server, such as `http://127.0.0.1:4571`: what DNS would have said. By HTTPS, its certificate must be of the host. */
  readonly address: string;
  /** The name that the server is asked for. */
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /**
   * The headers besides, with names in lower case.
   *
   * @default - nothing
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the connection. */
  readonly connectTimeoutMs: number;
  /** For the whole answer, once connected. */
  readonly answerTimeoutMs: number;
  /**
   * The clock by which the two times are measured.
   *
   * @default - the time that goes by
   */
  readonly clock?: Clock;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** Sends one request on a connection of its own. `fetch` would neither take another host name nor tell the two timeouts apart. */
export async function send(wanted: HttpRequest): Promise<HttpAnswer> {
  const { host, method, path, body, contentType, headers: more, connectTimeoutMs, answerTimeoutMs, clock = WALL_CLOCK, signal } = wanted;
  const { protocol, hostname, port } = new URL(wanted.address);
  // the certificate is of the name that is asked for, wherever that has led
  const request = protocol === 'https:' ? (options: RequestOptions) => requestHttps({ ...options, servername: host }) : requestHttp;
  return new Promise((resolve, reject) => {
    const headers = { ...more, host, ...(body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }) };
    const sent = request({ hostname, port, method, path, headers, agent: false, signal });
    const giveUp = (what: string, ms: number) => afterMs(ms, clock, () => sent.destroy(new Error(`${what} within ${ms / 1000} s`)));
    let cancel = giveUp('no connection', connectTimeoutMs);
    const fail = (error: Error) => {
      cancel();
      reject(error);
    };
    sent.once('socket', socket => socket.once('connect', () => {
      cancel();
      cancel = giveUp('no answer', answerTimeoutMs);
    }));
    sent.once('error', fail);
    sent.once('response', response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => { text += chunk; });
      response.once('error', fail);
      response.once('end', () => {
        cancel();
        const told = Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value!]);
        resolve({ status: response.statusCode!, headers: Object.fromEntries(told), text });
      });
    });
    sent.end(body);
  });
}
