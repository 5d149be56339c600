import { isFailed, SentFollower } from './sent-follower';
import { History } from '../workload/history';
import { Sent } from '../workload/workload';

/** Rates are those of this time. */
const WINDOW_MS = 3000;
/** Failures of longer ago are of no fault that anybody still looks at. */
const MOST_FAILURES = 10_000;

/** The traffic of the customers near each region, by where they are served as they see it. */
export class Traffic {
  private readonly followed: SentFollower;
  private readonly near = new Map<string, NearbyCustomers>();

  constructor(private readonly history: History) {
    this.followed = new SentFollower(history.sent);
  }

  /** Takes in what has happened since the last time. */
  public look(): void {
    const { begun, ended } = this.followed.look();
    const byCustomers = (indexes: readonly number[]) => indexes.map(index => this.history.sent[index]).filter(({ isReadBack }) => !isReadBack);
    byCustomers(begun).forEach(sent => this.of(sent.near).sent.push(sent));
    for (const sent of byCustomers(ended).sort((a, b) => a.endedAt! - b.endedAt!)) {
      const customers = this.of(sent.near);
      if (isFailed(sent)) {
        customers.failedAt.push(sent.endedAt!);
        if (customers.failedAt.length > MOST_FAILURES) customers.failedAt.shift();
      } else if (customers.servedBy?.region !== sent.region) {
        customers.servedBy = { region: sent.region, since: sent.endedAt! };
      }
    }
  }

  public servedBy(near: string): NearbyCustomers['servedBy'] {
    return this.of(near).servedBy;
  }

  public failedSince(near: string, at: number): number {
    return this.of(near).failedAt.filter(failedAt => failedAt >= at).length;
  }

  /** Requests a second, by the region that they are sent to. */
  public sentTo(near: string): Record<string, number> {
    const customers = this.of(near);
    const since = this.history.now() - WINDOW_MS;
    customers.sent = customers.sent.filter(({ at }) => at >= since);
    const rates: Record<string, number> = {};
    customers.sent.forEach(({ region }) => { rates[region] = (rates[region] ?? 0) + 1 / (WINDOW_MS / 1000); });
    return rates;
  }

  private of(near: string): NearbyCustomers {
    const known = this.near.get(near);
    if (known) return known;
    const customers: NearbyCustomers = { sent: [], failedAt: [] };
    this.near.set(near, customers);
    return customers;
  }
}

interface NearbyCustomers {
  sent: Pick<Sent, 'at' | 'region'>[];
  readonly failedAt: number[];
  servedBy?: { readonly region: string; readonly since: number };
}

/** Requests and errors a second of a region in its latest samples. */
export function ratesIn({ samples, now }: Pick<History, 'samples'> & { readonly now: number }, region: string): { requests: number; errors: number } {
  const since = now - WINDOW_MS;
  let [requests, errors] = [0, 0];
  for (let i = samples.length - 1; i >= 0 && samples[i].at >= since; i--) {
    if (samples[i].region !== region) continue;
    requests += samples[i].requests;
    errors += samples[i].errors;
  }
  return { requests: requests / (WINDOW_MS / 1000), errors: errors / (WINDOW_MS / 1000) };
}
