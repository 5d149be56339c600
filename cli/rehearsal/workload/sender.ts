import { setMaxListeners } from 'events';
import { History } from './history';
import { describeError, isProgrammersError, Mistakes, shown } from './mistakes';
import { Route } from './target';
import { ClientContext, Operation, Outcome, Response, Sent, Workload } from './workload';
import { Clock } from '../lag/clock';
import { afterMs } from '../lag/timer';
import { send } from '../regions/http-request';

/** An answer that takes longer is none. It is not scaled, because neither is this machine. */
export const TIMEOUT_MS = 5000;

export interface SenderProps {
  readonly workload: Pick<Workload, 'client' | 'timeoutMs'>;
  readonly history: History;
  readonly mistakes: Mistakes;
  /** The clock by which timeouts are measured. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Sends operations by the workload's client, each request on a connection of its own: one that is kept open would outlive every change of DNS. */
export class Sender {
  private readonly signal: AbortSignal;

  constructor(private readonly props: SenderProps) {
    this.signal = AbortSignal.any([props.signal]);
    // each request that is open listens to it
    setMaxListeners(0, this.signal);
  }

  /** Sends an operation, and writes it into the history: when it is sent, and again when its outcome is known. */
  public async send(sending: Pick<Sent, 'operation' | 'customer' | 'near' | 'attempt'>, route: Route, begun: (sent: Sent) => void = () => {}): Promise<Sent> {
    const { history } = this.props;
    const sent: { -readonly [K in keyof Sent]: Sent[K] } = { ...sending, region: route.target.name, at: history.now() };
    history.sent.push(sent);
    begun(sent);
    history.changed();
    sent.outcome = await this.perform(sending.operation, route, sending.attempt);
    sent.endedAt = history.now();
    history.changed();
    return sent;
  }

  /** Writes into the history that an operation could not be sent, because the name led nowhere. */
  public unsent(sending: Pick<Sent, 'operation' | 'customer' | 'near' | 'attempt'>, begun: (sent: Sent) => void): Sent {
    const { history } = this.props;
    const at = history.now();
    const sent: Sent = { ...sending, region: 'nowhere', at, endedAt: at, outcome: { type: 'fail', told: 'the name leads nowhere' } };
    history.sent.push(sent);
    begun(sent);
    history.changed();
    return sent;
  }

  /** Sends an operation. Never throws: what the client throws is an outcome. */
  public async perform(operation: Operation, { target, host, address }: Route, attempt: number): Promise<Outcome> {
    const { signal, props: { workload: { client, timeoutMs = TIMEOUT_MS }, clock } } = this;
    const nobodyKnows = (told: string): Outcome => ({ type: operation.action === 'write' ? 'unknown' : 'fail', told });
    if (signal.aborted) return { type: 'fail', told: 'not sent' };
    const ended = new AbortController();
    let open = 0;
    const request: ClientContext['request'] = async (method, path, { body, headers } = {}) => {
      open++;
      try {
        return await ask({ target, address, host, timeoutMs, clock, signal: ended.signal }, method, path, body, headers);
      } finally {
        open--;
      }
    };
    return new Promise(resolve => {
      const end = (outcome: Outcome) => {
        cancel();
        signal.removeEventListener('abort', interrupt);
        ended.abort();
        resolve(outcome);
      };
      const interrupt = () => end(nobodyKnows('interrupted'));
      const cancel = afterMs(timeoutMs, clock, () => {
        end(nobodyKnows(open > 0 ? `no answer within ${timeoutMs / 1000} s` : `its client did not come to an end within ${timeoutMs / 1000} s`));
      });
      signal.addEventListener('abort', interrupt, { once: true });
      (async () => client(operation, { request, region: target.name, attempt, aws: target.aws }))().then(
        outcome => end(isOutcome(outcome) ? outcome : nobodyKnows(this.mistaken(operation, `returned ${shown(outcome)}, which is no outcome`))),
        // those of a request are for the client to let through
        error => end(nobodyKnows(isProgrammersError(error) ? this.mistaken(operation, `threw ${describeError(error)}`) : messageOf(error))),
      );
    });
  }

  private mistaken({ kind }: Operation, what: string): string {
    this.props.mistakes.add(`the workload's client ${what}, for '${kind}'`);
    return `its client ${what}`;
  }
}

interface Connection extends Route {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function ask(
  { target, address = target.address, host, timeoutMs, clock, signal }: Connection,
  method: string, path: string, body: unknown, headers: Record<string, string> = {},
): Promise<Response> {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const { status, headers: told, text } = await send({
    address,
    host,
    method,
    path: `${target.basePath ?? ''}${path}`,
    headers: given,
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    contentType: given['content-type'] ?? (typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'),
    connectTimeoutMs: timeoutMs,
    answerTimeoutMs: timeoutMs,
    clock,
    signal,
  });
  return { status, headers: told, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && ['ok', 'fail', 'unknown'].includes((value as Outcome).type);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : shown(error);
}
