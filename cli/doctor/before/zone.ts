import { promises as dns } from 'dns';
import { GetHostedZoneCommand, GetHostedZoneCommandOutput, Route53Client } from '@aws-sdk/client-route-53';
import { recordsIn, withoutDot, zoneIdsOf } from './zone-ids';
import { Answer, isProblem, settledWithin } from '../../operate/answers';
import { inAnyRegion, unknownIn } from '../asking';
import { DoctorCheck, Finding } from '../check';

/** Asks the DNS for the name servers of a domain. */
export type AskNameServers = (domain: string) => Promise<string[]>;

/** Makes the check, with a way to ask the DNS. */
export function zoneCheck(nameServers: AskNameServers): DoctorCheck {
  return {
    name: 'zone',
    claim: 'The hosted zones of the domains exist, and the DNS leads to them.',
    when: 'before deployment',
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring.html',
    examine: async patient => {
      const { system: { stacks }, accesses, seconds } = patient;
      const zoneIds = zoneIdsOf(stacks);
      if (zoneIds.length === 0) return [{ verdict: 'ok', says: 'the system has no domain' }];
      const findings = await Promise.all(zoneIds.map(async Id => {
        const zone = await inAnyRegion(patient, async access => zoneOf(await access.client(Route53Client), Id));
        const found = judgeZone(Id, zone, recordsIn(Id, stacks));
        const domain = withoutDot(zone?.HostedZone?.Name ?? '');
        const servers = zone?.DelegationSet?.NameServers;
        if (servers === undefined || zone?.HostedZone?.Config?.PrivateZone) return found;
        // the DNS of the world knows nothing of them
        if (accesses.some(({ isLocal }) => isLocal)) return [...found, unknownIn(undefined, `who answers for ${domain} is not asked: the regions are local ones`)];
        return [...found, judgeDelegation(domain, servers, await settledWithin(seconds, nameServers(domain)))];
      }));
      return findings.flat();
    },
  };
}

export const ZONE = zoneCheck(async domain => dns.resolveNs(domain));

type Zone = Pick<GetHostedZoneCommandOutput, 'HostedZone'>;

/** Judges a hosted zone, or that there is none. */
export function judgeZone(id: string, zone: Zone | undefined, records: readonly string[]): Finding[] {
  if (!zone) return [{ verdict: 'failed', says: `there is no hosted zone ${id}`, advice: 'see that the app names the zone of this account that has the domain' }];
  const domain = withoutDot(zone.HostedZone!.Name!);
  const strange = records.filter(name => name !== domain && !name.endsWith(`.${domain}`));
  return [
    strange.length === 0
      ? { verdict: 'ok', says: `the hosted zone ${id} is that of ${domain}` }
      : { verdict: 'failed', says: `the hosted zone ${id} is that of ${domain}, and ${strange.join(', ')} ${strange.length === 1 ? 'is' : 'are'} not in it`, advice: 'name the zone of the domain in the app' },
    ...zone.HostedZone!.Config?.PrivateZone ? [{ verdict: 'failed' as const, says: `the hosted zone ${id} is a private one, which customers do not see`, advice: 'name the public zone in the app' }] : [],
  ];
}

/** Judges whether the DNS leads to the name servers of a zone. */
export function judgeDelegation(domain: string, servers: readonly string[], resolved: Answer<readonly string[]>): Finding {
  const advice = `set the name servers of ${domain} to ${servers.join(', ')}, where it is registered or in the zone above it`;
  if (isProblem(resolved)) {
    // https://nodejs.org/api/dns.html#error-codes
    if (/ENOTFOUND|ENODATA/.test(resolved.problem)) return { verdict: 'failed', says: `the DNS has no name servers for ${domain}`, advice };
    return unknownIn(undefined, `the name servers of ${domain}: ${resolved.problem}`);
  }
  const found = new Set(resolved.value.map(withoutDot));
  if (found.size === servers.length && servers.every(server => found.has(withoutDot(server)))) return { verdict: 'ok', says: `the DNS leads to the name servers of ${domain}` };
  return { verdict: 'failed', says: `the DNS leads to other name servers for ${domain}: ${[...found].join(', ')}`, advice };
}

/** Returns the hosted zone, or nothing if there is no such zone: https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html */
async function zoneOf(client: Route53Client, Id: string): Promise<GetHostedZoneCommandOutput | undefined> {
  try {
    return await client.send(new GetHostedZoneCommand({ Id }));
  } catch (error) {
    if ((error as Error).name === 'NoSuchHostedZone') return undefined;
    throw error;
  }
}
