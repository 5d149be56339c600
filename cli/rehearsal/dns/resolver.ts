import { Endpoint } from './zone';

/**
 * A stub resolver: keeps an answer for as long as its time to live, as everything between a client and Route 53 does.
 *
 * Its first answer for a name is already of some age, because somebody else has asked before.
 */
export class Resolver {
  private readonly cache = new Map<string, { readonly endpoint: Endpoint; readonly until: number }>();

  /**
   * @param ask asks Route 53
   * @param now milliseconds
   * @param random from 0 to below 1
   */
  constructor(
    private readonly ask: (name: string) => Endpoint | undefined,
    private readonly ttlMs: number,
    private readonly now = () => performance.now(),
    private readonly random = Math.random,
  ) {}

  public resolve(name: string): Endpoint {
    const cached = this.cache.get(name);
    if (cached && this.now() < cached.until) return cached.endpoint;
    const endpoint = this.ask(name);
    if (!endpoint) throw new Error(`Route 53 has no answer for ${name}`);
    this.cache.set(name, { endpoint, until: this.now() + this.ttlMs * (cached ? 1 : 1 - this.random()) });
    return endpoint;
  }
}
