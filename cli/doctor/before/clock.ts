import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { RegionAccess } from '../../operate/region-access';
import { inEachRegion } from '../asking';
import { DoctorCheck, Finding } from '../check';

/** AWS refuses a request whose time stamp is farther away, in seconds. */
const REFUSED = 300;
const CLOSE = 60;

const LISTENER = 'compareClocks';

interface Dated {
  readonly headers?: Readonly<Record<string, string>>;
}

export const CLOCK: DoctorCheck = {
  name: 'clock',
  claim: 'The clock of this machine is right, so that AWS takes what it signs.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html',
  examine: async patient => inEachRegion(patient, async access => [judgeClock(access.region, await secondsAhead(access))]),
};

/** Judges by how many seconds the clock of this machine is ahead of that of a region. */
export function judgeClock(region: string, ahead: number | undefined): Finding {
  if (ahead === undefined) return { region, verdict: 'unknown', says: 'its answer has no time' };
  const by = `the clock of this machine is ${Math.abs(Math.round(ahead))} s ${ahead < 0 ? 'behind' : 'ahead'}`;
  const advice = 'let the machine synchronize its clock, as by "timedatectl set-ntp true"';
  if (Math.abs(ahead) >= REFUSED) return { region, verdict: 'failed', says: `${by}, and AWS refuses what differs by ${REFUSED} s`, advice };
  if (Math.abs(ahead) > CLOSE) return { region, verdict: 'warning', says: by, advice };
  return { region, verdict: 'ok', says: 'the clocks agree' };
}

/** Compares this machine's clock with the time of an answer, even of a refusal, since that is what a wrong clock leads to. */
async function secondsAhead(access: RegionAccess): Promise<number | undefined> {
  const client = await access.client(STSClient);
  let ahead: number | undefined;
  client.middlewareStack.add(next => async args => {
    const begin = Date.now();
    const note = (response: unknown) => {
      const date = Date.parse((response as Dated | undefined)?.headers?.date ?? '');
      // the first attempt counts: the SDK corrects the time stamps of later ones
      if (!Number.isNaN(date)) ahead ??= ((begin + Date.now()) / 2 - date) / 1000;
    };
    try {
      const result = await next(args);
      note(result.response);
      return result;
    } catch (error) {
      note((error as { readonly $response?: unknown }).$response);
      throw error;
    }
  }, { name: LISTENER, step: 'deserialize', priority: 'low' });
  try {
    await client.send(new GetCallerIdentityCommand({}));
  } catch (error) {
    if (ahead === undefined) throw error;
  } finally {
    client.middlewareStack.remove(LISTENER);
  }
  return ahead;
}
