import { Clock } from '../../../cli/rehearsal/lag/clock';
import { HttpAnswer, send } from '../../../cli/rehearsal/regions/http-request';

const TIMEOUT_MS = 30_000;

export interface OrderRequest {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: { readonly sku: string; readonly quantity: number; readonly unitPriceCents: number }[];
}

export interface Answer {
  readonly status: number;
  /** What the body says as JSON, or its text if it is none. */
  readonly body: unknown;
}

export interface OrderClientProps {
  /** Where the order service listens. */
  readonly address: string;
  /** The name that it is asked for. */
  readonly host: string;
  readonly signal: AbortSignal;
  /**
   * How long to wait, for a connection and again for an answer.
   *
   * @default 30000
   */
  readonly timeoutMs?: number;
  /**
   * What that is measured by.
   *
   * @default - the time that goes by
   */
  readonly clock?: Clock;
}

/** A customer of the order service at one address, by HTTP. */
export class OrderClient {
  constructor(private readonly props: OrderClientProps) {}

  public async place(order: OrderRequest): Promise<Answer> {
    return this.send('POST', '/orders', JSON.stringify(order));
  }

  public async read(orderId: string): Promise<Answer> {
    return this.send('GET', `/orders/${orderId}`);
  }

  public async send(method: string, path: string, body?: string, contentType = 'application/json'): Promise<Answer> {
    const { timeoutMs = TIMEOUT_MS, ...where } = this.props;
    let answer: HttpAnswer;
    try {
      answer = await send({ ...where, method, path, body, contentType, connectTimeoutMs: timeoutMs, answerTimeoutMs: timeoutMs });
    } catch (error) {
      throw new Error(`${method} ${path} got no answer: ${(error as Error).message}`);
    }
    try {
      return { status: answer.status, body: JSON.parse(answer.text) };
    } catch {
      return { status: answer.status, body: answer.text };
    }
  }
}
