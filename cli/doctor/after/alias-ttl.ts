import { promises as dns } from 'dns';
import { examineDescribed, nothingToLookAt } from './looking';
import { settled } from '../../operate/answers';
import { DoctorCheck, Finding } from '../check';

/** The TTL that the stated failover time assumes, in seconds. */
const COUNTED_ON = 60;

export const ALIAS_TTL: DoctorCheck = {
  name: 'alias-ttl',
  claim: `Resolvers keep the answer to the name that customers use for ${COUNTED_ON} seconds at most.`,
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html',
  isTrial: true,
  examine: examineDescribed('which names there are', async ({ accesses, seconds }, { apis }) => {
    const names = apis.flatMap(({ sharedName }) => sharedName ?? []);
    if (names.length === 0) return nothingToLookAt('no API with a domain');
    return Promise.all(names.map(async (name): Promise<Finding> => {
      if (accesses.some(({ isLocal }) => isLocal)) return { verdict: 'unknown', says: `no name server knows ${name}: local regions have no DNS` };
      const answer = await settled(timesToLive(name, seconds));
      return 'problem' in answer ? { verdict: 'unknown', says: `the name servers of ${name} cannot be asked: ${answer.problem}` } : ttlFinding(name, answer.value);
    }));
  }),
};

/** Judges what the name servers of a zone say, which is what resolvers begin to count from. */
export function ttlFinding(name: string, seconds: readonly number[]): Finding {
  if (seconds.length === 0) return { verdict: 'failed', says: `${name} has no address`, advice: 'see whether its records are there' };
  const longest = Math.max(...seconds);
  const says = `resolvers keep the addresses of ${name} for ${longest} s`;
  return longest <= COUNTED_ON ? { verdict: 'ok', says } : { verdict: 'warning', says, advice: `customers come to another region ${longest - COUNTED_ON} s later than is stated` };
}

/** Asks a name server of the zone itself: any other one tells what is left of the time. */
async function timesToLive(name: string, seconds: number): Promise<number[]> {
  const limits = { timeout: seconds * 1000, tries: 1 };
  const resolver = new dns.Resolver(limits);
  const authoritative = new dns.Resolver(limits);
  const [server] = await nameServersOf(resolver, name);
  authoritative.setServers(await resolver.resolve4(server));
  return (await authoritative.resolve4(name, { ttl: true })).map(({ ttl }) => ttl);
}

async function nameServersOf(resolver: dns.Resolver, name: string): Promise<string[]> {
  const found = await settled(resolver.resolveNs(name));
  if (!('problem' in found)) return found.value;
  const [, parent] = /^[^.]+\.(.+\..+)$/.exec(name) ?? [];
  if (parent === undefined) throw new Error(found.problem);
  return nameServersOf(resolver, parent);
}
