import { setTimeout as sleep } from 'timers/promises';
import type { Colors } from 'picocolors/types';
import { RunningSystem } from './running-system';

const POLL_MS = 250;

/** Returns the instructions for regions that stay up. */
export function howToTry({ regions, api, route53, system }: RunningSystem, assembly: string, colors: Colors): string {
  const [first, second] = regions;
  const local = ['--assembly', assembly, '--system', system.name, ...regions.flatMap(region => ['--endpoint', `${region.name}=${region.address}`])].join(' ');
  const lines = [colors.bold('The regions stay up until you press Ctrl-C.')];
  if (api) {
    const route = api.routes.find(({ method, path }) => method === 'GET' && !path.includes('{'))?.path ?? api.healthPath;
    lines.push(colors.bold('Call them:'), ...regions.map(({ host, address, basePath }) => `  curl -i -H 'Host: ${host}' ${address}${basePath}${route}`));
  }
  lines.push(colors.bold('Ask their AWS APIs, without credentials that count:'), ...regions.map(({ name, address }) => (
    `  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=${name} aws --endpoint-url ${address} dynamodb list-tables`
  )));
  lines.push(colors.bold('Operate them, as if they were AWS\'s:'), `  LOCAL='${local}'`, '  npx cdk-multi-region status $LOCAL');
  if (second && route53) {
    lines.push(colors.bold(`Take ${first.name} out of service, by a write in ${second.name}, and see where ${route53.sharedName} leads:`), `  npx cdk-multi-region evacuate ${first.name} --reason 'to see it' $LOCAL`);
  }
  return lines.join('\n');
}

/** Says where customers are led to, and again whenever that changes. */
export async function tellWhereTheNameLeads({ regions, route53 }: RunningSystem, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  let last = '';
  while (route53 && !signal.aborted) {
    const ways = regions.map(({ name }) => `near ${name} to ${route53.ask(route53.sharedName, route53.askerNear(name))?.region ?? 'nowhere'}`);
    const text = `${route53.sharedName} leads customers ${ways.join(', ')}`;
    if (text !== last) say(text);
    last = text;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
