import { examineDescribed, inEachRegion, nothingToLookAt } from './looking';
import { Answer, isProblem, settled } from '../../operate/answers';
import { HttpAnswer } from '../../operate/region-access';
import { DoctorCheck, Finding } from '../check';

export const UNMAPPED_NAME: DoctorCheck = {
  name: 'unmapped-name',
  claim: 'A region does not answer for a name that is a peer\'s own, so that no health check takes one for the other.',
  when: 'after deployment',
  source: 'https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden',
  isTrial: true,
  examine: examineDescribed('which names there are', async (patient, { apis, regions }) => {
    const named = apis.filter(({ regionalNames }) => Object.keys(regionalNames).length > 1);
    if (named.length === 0) return nothingToLookAt('no API with names of several regions');
    return inEachRegion(patient, async access => Promise.all(named.map(async ({ regionalNames, healthPath }) => {
      const host = regionalNames[access.region];
      const other = regionalNames[regions.find(region => region !== access.region)!];
      return unmappedFinding(access.region, host, other, await settled(access.ask(host, healthPath, { headers: { host: other } })));
    })));
  }),
};

/** Judges what a region answers to a request for a name that it has not. */
export function unmappedFinding(region: string, host: string, other: string, answer: Answer<HttpAnswer>): Finding {
  if (isProblem(answer)) return { region, verdict: 'unknown', says: `${host} cannot be asked for ${other}: it ${answer.problem}` };
  const { status } = answer.value;
  const says = `${host} answers with ${status} when it is asked for ${other}`;
  if (status === 403) return { region, verdict: 'ok', says };
  if (status >= 400) return { region, verdict: 'warning', says, advice: 'nothing depends on it, as long as it is an error' };
  return { region, verdict: 'failed', says, advice: 'a health check of the one would be content with the other: see which names are mapped' };
}
