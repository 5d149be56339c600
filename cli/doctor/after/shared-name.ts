import { answeringRegion } from './api-health';
import { examineDescribed, nothingToLookAt } from './looking';
import { settled } from '../../operate/answers';
import { HttpAnswer, RegionAccess } from '../../operate/region-access';
import { DoctorCheck, Finding } from '../check';

export const SHARED_NAME: DoctorCheck = {
  name: 'shared-name',
  claim: 'The name that customers use leads to a region that answers.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html',
  isTrial: true,
  examine: examineDescribed('which names there are', async ({ accesses, seconds }, { apis, regions }) => {
    const named = apis.filter(({ sharedName }) => sharedName !== undefined);
    if (named.length === 0) return nothingToLookAt('no API with a domain');
    return Promise.all(named.map(async ({ sharedName, healthPath }): Promise<Finding> => {
      if (accesses.some(({ isLocal }) => isLocal)) return { verdict: 'unknown', says: `${sharedName} leads nowhere: local regions have no DNS` };
      // it leads wherever it leads, and not to where some region listens
      const answer = await settled(new RegionAccess(regions[0], { timeout: seconds }).get(sharedName!, healthPath));
      if ('problem' in answer) return { verdict: 'failed', says: `${sharedName} ${answer.problem}`, advice: 'see whether the hosted zone is delegated to, and whether the records are there' };
      return sharedNameFinding(sharedName!, regions, answer.value);
    }));
  }),
};

/** Judges what the name answers that all regions share. */
export function sharedNameFinding(sharedName: string, regions: readonly string[], { status, body }: HttpAnswer): Finding {
  if (status !== 200) {
    return {
      verdict: 'failed',
      says: `${sharedName} answers its health check with ${status}`,
      advice: status === 403 ? 'the record leads to API Gateway, which has no such custom domain name: see the adr.md of the library\'s multi-region-api' : 'see what each region answers',
    };
  }
  const region = answeringRegion(body);
  if (region === undefined || !regions.includes(region)) return { verdict: 'failed', says: `${sharedName} is answered by ${region ?? 'somebody else'}`, advice: 'see where its records lead' };
  return { verdict: 'ok', says: `${sharedName} leads to ${region} from here` };
}
