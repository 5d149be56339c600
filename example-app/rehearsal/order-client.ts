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

/** A customer of the order service in one region, by HTTP. */
export class OrderClient {
  constructor(private readonly url: string, private readonly signal: AbortSignal) {}

  public async place(order: OrderRequest): Promise<Answer> {
    return this.send('POST', '/orders', JSON.stringify(order));
  }

  public async read(orderId: string): Promise<Answer> {
    return this.send('GET', `/orders/${orderId}`);
  }

  public async send(method: string, path: string, body?: string, contentType = 'application/json'): Promise<Answer> {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${this.url}${path}`, {
        method,
        body,
        headers: body === undefined ? {} : { 'content-type': contentType },
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      text = await answer.text();
    } catch (error) {
      // fetch itself only says that it failed
      const { message, cause } = error as Error;
      throw new Error(`${method} ${path} got no answer: ${cause instanceof Error ? cause.message : message}`);
    }
    try {
      return { status: answer.status, body: JSON.parse(text) };
    } catch {
      return { status: answer.status, body: text };
    }
  }
}
