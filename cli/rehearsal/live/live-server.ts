import { randomUUID } from 'crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { Access, contentSecurityPolicyOf } from './access';
import { Changes, Everything, News } from './changes';
import { EventStream } from './event-stream';
import { ControlAnswer, LiveState } from './live-state';
import { HOST } from '../machine/free-ports';
import { UserError } from '../machine/user-error';
import { Report } from '../report/report';
import { History } from '../workload/history';

/** The path at which the page finds the code of the panel. */
export const SCRIPT = '/live.js';

/** The interval of news: they are sent twice a second at most. */
const EVERY_MS = 500;
const MOST_LISTENERS = 50;
const LONGEST_BODY = 4096;

export interface LiveServerProps {
  /** The page, which gets the rest by events, and the code of its panel, if that is not a part of it. */
  readonly page: () => { readonly html: string; readonly script?: string };
  /** Returns the report so far. Called twice a second, so it must not be slow. */
  readonly report: () => Report;
  readonly history: History;
  readonly state: () => LiveState;
  readonly controls: {
    inject(nemesis: string, region?: string, force?: boolean): ControlAnswer;
    heal(nemesis: string, region: string): ControlAnswer;
  };
  /**
   * The port that it listens on.
   *
   * @default - a port that is free
   */
  readonly port?: number;
  /** Ends it, and whoever listens. */
  readonly signal: AbortSignal;
}

/** Shows a rehearsal to a browser on this machine while it runs, and lets it be disturbed by hand. */
export class LiveServer {
  /** Starts to listen. Throws an advice if the port is taken. */
  public static async start(props: LiveServerProps): Promise<LiveServer> {
    const server = createServer({ requestTimeout: 10_000 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', error => reject(adviceOn(error, props.port)));
      server.listen({ host: HOST, port: props.port ?? 0 }, resolve);
    });
    return new LiveServer(server, props);
  }

  /** The URL of the page. */
  public readonly url: string;

  /** No other run has this. */
  private readonly run = randomUUID();
  private readonly access: Access;
  private readonly changes: Changes;
  private readonly listeners = new Set<EventStream>();
  private readonly tick: NodeJS.Timeout;

  private constructor(private readonly server: Server, private readonly props: LiveServerProps) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://${HOST}:${port}/`;
    this.access = new Access(port);
    this.changes = new Changes(props.history, props.report);
    server.on('request', (request, response) => this.answer(request, response));
    this.tick = setInterval(() => this.listeners.size > 0 && this.tellNews(), EVERY_MS);
    if (props.signal.aborted) this.close();
    else props.signal.addEventListener('abort', () => this.close(), { once: true });
  }

  /** Ends it. The page stays as it is, and says that it is alone. */
  public close(): void {
    clearInterval(this.tick);
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.on('error', () => {});
    const refusal = this.access.refusalOf(request);
    if (refusal) {
      say(response, 403, refusal);
      return;
    }
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        this.showPage(response);
        return;
      case `GET ${SCRIPT}`:
        showScript(this.props.page().script, response);
        return;
      case 'GET /report.json':
        sendJson(response, 200, this.changes.everything());
        return;
      case 'GET /state':
        sendJson(response, 200, this.props.state());
        return;
      case 'GET /events':
        this.listen(response);
        return;
    }
    const drill = /^\/drills\/([\w-]{1,64})$/.exec(request.url ?? '')?.[1];
    if (drill === undefined) {
      say(response, 404, 'There is nothing here.');
    } else if (request.method !== 'POST') {
      say(response.setHeader('Allow', 'POST'), 405, 'A drill is begun and ended by POST.');
    } else {
      void this.control(drill, request, response);
    }
  }

  private showPage(response: ServerResponse): void {
    const { html } = this.props.page();
    const carried = `<meta name="live-token" content="${this.access.token}"><meta name="live-run" content="${this.run}">`;
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': contentSecurityPolicyOf(html) })
      .end(html.replace(/<head\b[^>]*>|$/i, head => `${head}${carried}`));
  }

  private listen(response: ServerResponse): void {
    if (this.listeners.size >= MOST_LISTENERS) {
      say(response, 503, `${MOST_LISTENERS} pages listen already: close one.`);
      return;
    }
    // so that what is told next to all begins where everything ends
    this.tellNews();
    const everything: Everything = { run: this.run, report: this.changes.everything(), state: this.props.state() };
    const listener = new EventStream(response, () => this.listeners.delete(listener));
    this.listeners.add(listener);
    listener.send('everything', JSON.stringify(everything));
  }

  private tellNews(): void {
    const news: News = { ...this.changes.news(), state: this.props.state() };
    const json = JSON.stringify(news);
    this.listeners.forEach(listener => listener.send('news', json));
  }

  private async control(drill: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wish = await readWish(request).catch(() => undefined);
    if (!wish) {
      say(response, 400, 'Expected JSON such as {"region": "us-west-2", "action": "inject"} or {"region": "us-west-2", "action": "heal"}.');
      return;
    }
    const { region, action, force } = wish;
    const { controls } = this.props;
    const answer = action === 'heal' ? controls.heal(drill, region ?? '') : controls.inject(drill, region, force);
    say(response, answer.accepted ? 202 : 409, answer.text);
  }
}

interface Wish {
  readonly region?: string;
  readonly action: 'inject' | 'heal';
  readonly force: boolean;
}

/** Reads what somebody wants. Throws if it is something else. */
async function readWish(request: IncomingMessage): Promise<Wish | undefined> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return undefined;
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LONGEST_BODY) return undefined;
  }
  const { region, action = 'inject', force = false } = JSON.parse(text || '{}') as Record<string, unknown>;
  if ((region !== undefined && typeof region !== 'string') || (action !== 'inject' && action !== 'heal') || typeof force !== 'boolean') return undefined;
  return { ...region === undefined ? {} : { region }, action, force };
}

function showScript(script: string | undefined, response: ServerResponse): void {
  if (script === undefined) say(response, 404, 'There is nothing here.');
  else response.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8' }).end(script);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function say(response: ServerResponse, status: number, text: string): void {
  sendJson(response, status, { text });
}

function adviceOn(error: Error, port?: number): Error {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new UserError(`Port ${port} is taken: choose another one with --ui-port, or leave that out for one that is free.`);
    case 'EACCES':
      return new UserError(`This user may not listen on port ${port}: choose one above 1023 with --ui-port.`);
    default:
      return error;
  }
}
