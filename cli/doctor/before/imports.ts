import { exists, isAskable } from './existence';
import { isProblem, settled } from '../../operate/answers';
import { RegionAccess } from '../../operate/region-access';
import { Absent, absentFrom } from '../../system/absent';
import { inEachRegion, unknownIn } from '../asking';
import { DoctorCheck, Finding } from '../check';

export const IMPORTS: DoctorCheck = {
  name: 'imports',
  claim: 'What the app uses and does not make is there.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html',
  examine: async patient => {
    const { description, appStacks, accountId } = patient.system;
    const absent = description ? absentFrom({ stacks: appStacks, accountIds: accountId === undefined ? [] : [accountId] }, description) : [];
    if (absent.length === 0) return [{ verdict: 'ok', says: 'the app makes all that it names' }];
    return inEachRegion(patient, async access => (
      Promise.all(absent.filter(({ regions }) => regions.includes(access.region)).map(async one => examineAbsent(access, one)))
    ));
  },
};

async function examineAbsent(access: RegionAccess, { kind, name }: Absent): Promise<Finding> {
  const { region } = access;
  if (!isAskable(kind)) return unknownIn(region, `nobody asks for the ${kind} ${name}, which the app uses and does not make`);
  const found = await settled(exists(access, kind, name));
  if (isProblem(found)) return unknownIn(region, `${kind} ${name}: ${found.problem}`);
  if (found.value) return { region, verdict: 'ok', says: `the ${kind} ${name} is there` };
  return { region, verdict: 'failed', says: `there is no ${kind} ${name}, which the app uses and does not make`, advice: 'make it before the system is deployed' };
}
