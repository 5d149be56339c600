import { Answer, isProblem, settledWithin } from '../../operate/answers';
import { Identity } from '../../operate/region-access';
import { unknownIn } from '../asking';
import { DoctorCheck, Finding } from '../check';

export const CREDENTIALS: DoctorCheck = {
  name: 'credentials',
  claim: 'All regions take the credentials to be of the same account, which is the one that the app names, if it names one.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
  examine: async ({ accesses, seconds, system }) => judgeIdentities(
    await Promise.all(accesses.map(async access => ({ region: access.region, identity: await settledWithin(seconds, access.identity()) }))),
    system.accountId,
  ),
};

/** The identity that each region reports for the credentials. */
export interface RegionIdentity {
  readonly region: string;
  readonly identity: Answer<Identity>;
}

/** Judges whom the regions take the credentials to be of. */
export function judgeIdentities(identities: readonly RegionIdentity[], accountId?: string): Finding[] {
  const [first] = identities.flatMap(({ identity }) => (isProblem(identity) ? [] : [identity.value.accountId]));
  const expected = accountId ?? first;
  return identities.map(({ region, identity }) => {
    if (isProblem(identity)) return identity.isOfCredentials ? refused(region, identity.problem) : unknownIn(region, identity.problem);
    const { accountId: found, arn } = identity.value;
    if (found === expected) return { region, verdict: 'ok', says: `account ${found}, as ${arn}` };
    return {
      region,
      verdict: 'failed',
      says: `the credentials are of account ${found}, and ${accountId === undefined ? 'those of another region' : 'the app'} of ${expected}`,
      advice: 'name the profile of the right account by --profile, or a role in it by --role-arn',
    };
  });
}

/** A region that the account has not enabled knows none of its credentials either. */
const refused = (region: string, says: string): Finding => ({ region, verdict: 'failed', says, advice: `if other regions know them, enable ${region} for the account` });
