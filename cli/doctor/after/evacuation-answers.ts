import { examineDescribed, inEachRegion, nothingToLookAt } from './looking';
import { Evacuation } from '../../../src/evacuation-switch/constants';
import { Answer, isProblem, settled } from '../../operate/answers';
import { ControlTable, describeEvacuation } from '../../operate/control-table';
import { HttpAnswer } from '../../operate/region-access';
import { DoctorCheck, Finding } from '../check';

/** The question of a probe: the region that is asked, and the host by which it is reached. */
export interface Asked {
  /** The region that is asked, and by what name. */
  readonly region: string;
  readonly host: string;
  readonly peer: string;
}

export const EVACUATION_ANSWERS: DoctorCheck = {
  name: 'evacuation-answers',
  claim: 'Each region tells health checks of every peer whether it is evacuated.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html',
  examine: examineDescribed('which APIs there are', async (patient, { apis, regions }) => {
    const asked = apis.filter(({ evacuationPath }) => evacuationPath !== undefined);
    if (asked.length === 0 || regions.length === 1) return nothingToLookAt('no health check that asks for evacuations');
    return inEachRegion(patient, async access => {
      const table = ControlTable.in(access, patient.system.controlTable);
      const pairs = asked.flatMap(({ regionalNames, evacuationPath }) => (
        regions.filter(peer => peer !== access.region).map(peer => ({ peer, host: regionalNames[access.region], path: evacuationPath!.replace('{region}', peer) }))
      ));
      return Promise.all(pairs.map(async ({ peer, host, path }) => {
        const [answer, evacuation] = await Promise.all([settled(access.get(host, path)), settled(table.evacuationOf(peer))]);
        return evacuationFinding({ region: access.region, peer, host }, answer, evacuation);
      }));
    });
  }),
};

/** Judges what one region answers about a peer, by what its own replica of the control table says. */
export function evacuationFinding({ region, peer, host }: Asked, answer: Answer<HttpAnswer>, evacuation: Answer<Evacuation | undefined>): Finding {
  if (isProblem(answer)) return { region, verdict: 'failed', says: `${host} does not tell whether ${peer} is evacuated: it ${answer.problem}` };
  const { status, body } = answer.value;
  const told = toldOf(body, peer);
  if (told === undefined || status !== (told ? 200 : 404)) {
    return {
      region,
      verdict: 'failed',
      says: `${host} does not tell whether ${peer} is evacuated: it answers ${status}${status === 404 && told === undefined ? `, and does not know ${peer}` : ''}`,
      advice: status === 200 ? 'a 200 takes the region out of service: see who answers' : 'deploy that region, or see the log of the function that answers',
    };
  }
  if (isProblem(evacuation)) return { region, verdict: 'unknown', says: `${host} says that ${peer} is ${told ? '' : 'not '}evacuated, and the control table cannot be read: ${evacuation.problem}` };
  if ((evacuation.value !== undefined) !== told) {
    return { region, verdict: 'failed', says: `${host} says that ${peer} is ${told ? '' : 'not '}evacuated, and the control table says otherwise`, advice: 'see whether it was just changed, and look again' };
  }
  if (evacuation.value) {
    return { region, verdict: 'warning', says: `${peer} is evacuated, as ${host} answers, ${describeEvacuation(evacuation.value)}`, advice: `when it is well: cdk-multi-region restore ${peer}` };
  }
  return { region, verdict: 'ok', says: `${host} answers that ${peer} is not evacuated` };
}

/** Returns the answer of the function, if it is the one that answers. */
function toldOf(body: string, peer: string): boolean | undefined {
  try {
    const { region, evacuated } = JSON.parse(body) as { readonly region?: unknown; readonly evacuated?: unknown };
    return region === peer && typeof evacuated === 'boolean' ? evacuated : undefined;
  } catch {
    return undefined;
  }
}
