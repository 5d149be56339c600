import { randomBytes } from 'crypto';
import { apiEntrance } from './api-entrance';
import { arrival, arrivalFinding } from './arrival';
import { examineDescribed, nothingToLookAt } from './looking';
import { isProblem, settledWithin } from '../../operate/answers';
import { RegionAccess } from '../../operate/region-access';
import type { AwsAccess, ClientContext, Operation, Outcome, Response, Workload } from '../../rehearsal/workload/workload';
import { ApiDescription } from '../../system/system-description';
import { DoctorCheck, Finding, Patient } from '../check';

/** As in a rehearsal. */
const TIMEOUT_MS = 5000;

/** The number of choices of the generator that may be no write, before it is taken to have none. */
const MOST_CHOICES = 100;

export const CANARY_ORDER: DoctorCheck = {
  name: 'canary-order',
  claim: 'What a customer writes by the API of a region is read by the API of every peer. It is a real one of the app, with all that follows from it, and stays.',
  when: 'after deployment',
  isProbe: true,
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html',
  examine: examineDescribed('which API there is', async (patient, { apis }) => {
    const { workload } = patient;
    if (!workload) return [{ verdict: 'unknown', says: 'no workload says what customers do', advice: 'name one, as for a rehearsal' }];
    if (workload.prepare || workload.setUp) return [{ verdict: 'unknown', says: 'the workload prepares what only a rehearsal has, so that it is not run here' }];
    const api = apis.find(({ sharedName }) => sharedName !== undefined) ?? apis[0];
    if (!api) return nothingToLookAt('no API');
    return (await Promise.all(patient.accesses.map(access => order(patient, workload, api, access)))).flat();
  }),
};

async function order({ accesses }: Patient, workload: Workload, api: ApiDescription, access: RegionAccess): Promise<Finding[]> {
  const { region } = access;
  const write = firstWrite(workload, region, `doctor-${randomBytes(4).toString('hex')}`);
  if (!write) return [{ region, verdict: 'unknown', says: `the workload has begun with no write in ${MOST_CHOICES} choices` }];
  const send = async (operation: Operation, to: RegionAccess) => (
    settledWithin((workload.timeoutMs ?? TIMEOUT_MS) / 1000, perform(workload, operation, api, to))
  );
  const written = await send(write, access);
  const what = `'${write.kind}' of ${write.key}`;
  if (isProblem(written)) return [{ region, verdict: 'failed', says: `${what} ${written.problem}` }];
  if (written.value.type !== 'ok') return [{ region, verdict: 'failed', says: `${what} was not acknowledged: ${written.value.told ?? written.value.type}` }];
  const read = workload.readBack?.(write);
  if (!read) return [{ region, verdict: 'ok', says: `${what} was acknowledged; the workload does not say how it is read back` }];
  return Promise.all(accesses.filter(peer => peer !== access).map(async peer => {
    const arrived = await arrival(async () => {
      const answer = await send(read, peer);
      if (isProblem(answer)) throw Object.assign(new Error(answer.problem), { name: answer.isSilent ? 'TimeoutError' : 'Error' });
      return answer.value.type === 'ok';
    });
    return arrivalFinding(peer.region, `${what} in ${region}`, arrived, 'see --only rows-pass --probe, and what the API answers');
  }));
}

/** Returns the first write that a customer would begin with. */
export function firstWrite({ generator }: Pick<Workload, 'generator'>, near: string, customer: string): Operation | undefined {
  for (let number = 0; number < MOST_CHOICES; number++) {
    const operation = generator({ customer, near, number, acknowledged: [], random: Math.random });
    if (operation?.action === 'write') return operation;
  }
  return undefined;
}

async function perform(workload: Workload, operation: Operation, api: ApiDescription, access: RegionAccess): Promise<Outcome> {
  const { host, basePath } = await apiEntrance(api, access);
  const request: ClientContext['request'] = async (method, path, { body, headers = {} } = {}) => {
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const answer = await access.ask(host, `${basePath}${path}`, {
      method,
      headers: { ...body !== undefined && { 'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json' }, ...given },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const told = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value ?? '']);
    return { status: answer.status, headers: Object.fromEntries(told) as Record<string, string>, body: parsed(answer.body) } satisfies Response;
  };
  return workload.client(operation, {
    request,
    region: access.region,
    attempt: 0,
    // nothing but the API is touched
    get aws(): AwsAccess {
      throw new Error('asks AWS itself, which is done in rehearsals only');
    },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
