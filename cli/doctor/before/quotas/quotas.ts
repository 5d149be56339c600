import { judgeQuota, judgeUnequal, Limit } from './judge-quota';
import { ServiceLimits, usageOf } from './limits';
import { needOf } from './needed';
import { Quota, QUOTAS } from './quota-table';
import { Answer, isProblem, settled, settledWithin } from '../../../operate/answers';
import { RegionAccess } from '../../../operate/region-access';
import { ANSWERS, existingStacks, unknownIn } from '../../asking';
import { DoctorCheck, Finding, Patient } from '../../check';
import { zoneIdsOf } from '../zone-ids';

/** The result of a question for a quota. */
interface Asked {
  readonly quota: Quota;
  readonly region?: string;
  readonly limit: Answer<Limit | undefined>;
}

const REGIONAL = QUOTAS.filter(({ isGlobal }) => !isGlobal);

export const QUOTAS_CHECK: DoctorCheck = {
  name: 'quotas',
  claim: 'The quotas of each region suffice for what the app needs of them, and one region can carry what all carry.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html',
  examine: async patient => {
    const { system: { stacks }, accesses } = patient;
    const existing = new Set((await Promise.all(accesses.map(async access => settled(existingStacks(stacks, access)))))
      .flatMap(found => (isProblem(found) ? [] : [...found.value])));
    const asked = (await Promise.all([
      ...accesses.map(async access => askAll(patient, access, REGIONAL.filter(quota => needOf(quota, stacks, existing, access.region)))),
      askGlobal(patient, QUOTAS.filter(quota => quota.isGlobal && needOf(quota, stacks, existing))),
    ])).flat();
    const limits = asked.flatMap(({ quota, region, limit }) => (
      isProblem(limit) || limit.value === undefined ? [] : [{ quota, region, limit: limit.value }]));
    return [
      ...limits.map(({ quota, region, limit }) => judgeQuota(quota, region, needOf(quota, stacks, existing, region)!, limit)),
      ...REGIONAL.flatMap(quota => judgeUnequal(quota, limits.flatMap(({ region = '', ...one }) => (one.quota === quota ? [{ ...one, region }] : [])))),
      ...unanswered(asked, [...accesses.map(({ region }) => region), undefined]),
    ];
  },
};

async function askAll({ system, seconds }: Patient, access: RegionAccess, quotas: readonly Quota[]): Promise<Asked[]> {
  const services = new Map(quotas.map(({ service }) => [service, new ServiceLimits(access, service)]));
  const zoneIds = zoneIdsOf(system.stacks);
  return Promise.all(quotas.map(async quota => ({
    quota, region: access.region, limit: await settledWithin(seconds * ANSWERS, limitOf(quota, access, services.get(quota.service)!, zoneIds)),
  })));
}

/** Asks the first region that answers for what is the same everywhere. */
async function askGlobal(patient: Patient, quotas: readonly Quota[]): Promise<Asked[]> {
  let answers: Asked[] = [];
  for (const access of patient.accesses) {
    answers = await askAll(patient, access, quotas);
    if (!answers.every(({ limit }) => isProblem(limit) && limit.isSilent)) break;
  }
  return answers.map(answer => ({ ...answer, region: undefined }));
}

/** Returns the limit of a quota: what a service says itself is more than Service Quotas knows. */
async function limitOf(quota: Quota, access: RegionAccess, service: ServiceLimits, zoneIds: readonly string[]): Promise<Limit | undefined> {
  const usage = await settled(usageOf(quota, access, zoneIds));
  const { value, used } = isProblem(usage) ? {} as Partial<Limit> : usage.value ?? {};
  if (value !== undefined) return { value, used };
  // Service Quotas has neither
  if (quota.service === 'route53' || (quota.code === undefined && quota.documented !== undefined)) {
    if (quota.documented === undefined) throw new Error(isProblem(usage) ? usage.problem : 'nobody says how high it is');
    return { value: quota.documented, used, isDocumented: true };
  }
  const found = await settled(service.valueOf(quota));
  if (!isProblem(found) && found.value !== undefined) return { value: found.value, used };
  if (quota.documented !== undefined) return { value: quota.documented, used, isDocumented: true };
  if (isProblem(found)) throw Object.assign(new Error(`Service Quotas ${found.isSilent ? '' : 'says: '}${found.problem}`), { name: found.isSilent ? 'TimeoutError' : 'Error' });
  return undefined;
}

/** Says which quotas nobody could tell, those of one cause together. */
function unanswered(asked: readonly Asked[], regions: ReadonlyArray<string | undefined>): Finding[] {
  const reasonOf = ({ limit }: Asked) => {
    if (isProblem(limit)) return limit.problem;
    return limit.value === undefined ? 'Service Quotas does not have it' : undefined;
  };
  return regions.flatMap(region => {
    const open = asked.filter(one => one.region === region && reasonOf(one) !== undefined);
    return [...new Set(open.map(reasonOf))].map(reason => {
      const names = open.filter(one => reasonOf(one) === reason).map(({ quota }) => quota.name);
      return unknownIn(region, `${reason}, hence unknown: ${names.join(', ')}`);
    });
  });
}
