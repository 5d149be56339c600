import { Need } from './needed';
import { Quota } from './quota-table';
import { Finding } from '../../check';

/** The value of a quota, and how much of it is used, as far as that is known. */
export interface Limit {
  readonly value: number;
  readonly used?: number;
  /** Indicates whether it is what the documentation says, and may be another one for the account. */
  readonly isDocumented?: boolean;
}

const CLOSE = 0.8;

/** Judges whether a quota suffices for what is needed of it. */
export function judgeQuota(quota: Quota, region: string | undefined, need: Need, limit: Limit): Finding {
  const { service, name } = quota;
  const { value, used, isDocumented } = limit;
  const told = `${service}, ${name}: ${value}${isDocumented ? ' as documented' : ''}`;
  if ('load' in quota.count) return { region, verdict: 'ok', says: told };
  // what is used includes what the system has already
  const total = used === undefined ? need.total : used + need.added;
  const says = used === undefined ? `${told}, of which ${need.total} are needed` : `${told}, of which ${used} are used, and ${need.added} more are needed`;
  if (total > value) return { region, verdict: 'failed', says, advice: askFor(quota, region, total) };
  if (total > value * CLOSE) return { region, verdict: 'warning', says, advice: askFor(quota, region, total * 2) };
  return { region, verdict: 'ok', says };
}

/** The limit of a quota in one region. */
export interface RegionLimit {
  readonly region: string;
  readonly limit: Limit;
}

/**
 * Judges limits that differ. After a failover one region carries what others have carried: those that may carry less than the one that may carry
 * most.
 */
export function judgeUnequal(quota: Quota, limits: readonly RegionLimit[]): Finding[] {
  if (!('load' in quota.count) && !('special' in quota.count && quota.count.special === 'concurrency')) return [];
  const values = limits.map(({ limit }) => limit.value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  return limits.filter(({ limit }) => limit.value < highest).map(({ region, limit: { value } }) => ({
    region,
    verdict: 'warning',
    says: `${quota.service}, ${quota.name}: ${value} is ${shareOf(value, highest)} of the ${highest} of ${limits.find(({ limit }) => limit.value === highest)!.region}`,
    advice: `see that ${lowest === value ? 'this suffices' : `${value} suffices`} when the region serves all customers, or ${askFor(quota, region, highest)}`,
  }));
}

function shareOf(value: number, highest: number): string {
  const times = highest / value;
  if (!Number.isFinite(times)) return 'nothing';
  return times >= 2 ? `one part in ${Math.round(times)}` : `${Math.round(100 / times)} %`;
}

/** @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html */
function askFor({ service, code }: Quota, region: string | undefined, value: number): string {
  if (code === undefined) return `ask AWS for ${value}, in the console of Service Quotas or that of Support`;
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value}${region === undefined ? '' : ` --region ${region}`}`;
}
