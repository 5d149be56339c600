import { setTimeout as sleep } from 'timers/promises';
import type { Colors } from 'picocolors/types';
import { DeployedRegion } from './deployed-region';
import { Route53 } from '../../cli/rehearsal/dns/route53';

const POLL_MS = 250;

/** What to do with regions that stay up. */
export function howToTry(regions: DeployedRegion[], route53: Route53, colors: Colors): string {
  const order = JSON.stringify({ orderId: 'my-order-1', customerId: 'me', items: [{ sku: 'tea', quantity: 2, unitPriceCents: 1250 }] });
  const lines = [
    colors.bold('The regions stay up until you press Ctrl-C. Place an order in one and read it from another:'),
    ...regions.map(({ host, address }, i) => (i === 0
      ? `  curl -i -H 'Host: ${host}' ${address}/orders -H 'Content-Type: application/json' -d '${order}'`
      : `  curl -i -H 'Host: ${host}' ${address}/orders/my-order-1`)),
  ];
  const [first, ...others] = regions;
  if (others.length > 0) {
    lines.push(
      colors.bold(`Take ${first.name} out of service, by a write in ${others[0].name}, and see where ${route53.sharedName} leads:`),
      `  ${others[0].evacuationCommand(first.name)}`,
    );
  }
  return lines.join('\n');
}

/** Says where customers are led to, and again whenever that changes. */
export async function tellWhereTheNameLeads(
  regions: DeployedRegion[], route53: Route53, say: (text: string) => void, signal: AbortSignal,
): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    const ways = regions.map(({ name }) => `near ${name} to ${route53.ask(route53.sharedName, route53.askerNear(name))?.region ?? 'nowhere'}`);
    const text = `${route53.sharedName} leads customers ${ways.join(', ')}`;
    if (text !== last) say(text);
    last = text;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
