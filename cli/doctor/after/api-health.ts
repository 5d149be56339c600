import { apiEntrance } from './api-entrance';
import { examineDescribed, inEachRegion, nothingToLookAt } from './looking';
import { settled } from '../../operate/answers';
import { HttpAnswer } from '../../operate/region-access';
import { DoctorCheck, Finding } from '../check';

export const API_HEALTH: DoctorCheck = {
  name: 'api-health',
  claim: 'Each region answers health checks by its own name.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html',
  examine: examineDescribed('which APIs there are', async (patient, { apis }) => {
    if (apis.length === 0) return nothingToLookAt('no API');
    return inEachRegion(patient, async access => Promise.all(apis.map(async api => {
      const { host, basePath } = await apiEntrance(api, access);
      const answer = await settled(access.get(host, `${basePath}${api.healthPath}`));
      return 'problem' in answer ? silentFinding(access.region, host, answer.problem) : healthFinding(access.region, host, answer.value);
    })));
  }),
};

/** Judges what a name that leads to one region answers. */
export function healthFinding(region: string, host: string, { status, body }: HttpAnswer): Finding {
  if (status !== 200) {
    return {
      region,
      verdict: 'failed',
      says: `${host} answers its health check with ${status}`,
      advice: status === 403 ? 'see whether the name is mapped to the API, and what AWS WAF blocks' : 'see the log of the function that answers health checks',
    };
  }
  const answering = answeringRegion(body);
  if (answering !== region) return { region, verdict: 'failed', says: `${host} is answered by ${answering ?? 'somebody else'}`, advice: 'see where the records of this name lead' };
  return { region, verdict: 'ok', says: `${host} answers` };
}

/** Returns the region that the answer to a health check names, which is the one that its function is in. */
export function answeringRegion(body: string): string | undefined {
  try {
    const { region } = JSON.parse(body) as { readonly region?: unknown };
    return typeof region === 'string' ? region : undefined;
  } catch {
    return undefined;
  }
}

function silentFinding(region: string, host: string, problem: string): Finding {
  return { region, verdict: 'failed', says: `${host} ${problem}`, advice: 'see whether its records are there, and whether the region is up' };
}
