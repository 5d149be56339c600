import { AccountClient, GetRegionOptStatusCommand } from '@aws-sdk/client-account';
import { inEachRegion } from '../asking';
import { DoctorCheck, Finding } from '../check';

export const REGIONS: DoctorCheck = {
  name: 'regions',
  claim: 'The account may use all regions, and they are of one partition.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/accounts/latest/reference/API_GetRegionOptStatus.html',
  examine: async patient => [
    ...judgePartitions(patient.system.regions),
    ...await inEachRegion(patient, async access => {
      const { RegionOptStatus } = await (await access.client(AccountClient)).send(new GetRegionOptStatusCommand({ RegionName: access.region }));
      return [judgeOptIn(access.region, RegionOptStatus)];
    }),
  ],
};

/** Judges whether the account has opted in to a region. */
export function judgeOptIn(region: string, status: string | undefined): Finding {
  switch (status) {
    case 'ENABLED': case 'ENABLED_BY_DEFAULT': return { region, verdict: 'ok', says: status === 'ENABLED' ? 'is enabled' : 'is enabled by default' };
    case 'ENABLING': return { region, verdict: 'failed', says: 'is being enabled', advice: 'wait until it is enabled, which takes minutes, and hours at worst' };
    case 'DISABLED': case 'DISABLING': return {
      region, verdict: 'failed', says: status === 'DISABLED' ? 'is not enabled' : 'is being disabled', advice: `aws account enable-region --region-name ${region}`,
    };
    default: return { region, verdict: 'unknown', says: `has the status ${status}` };
  }
}

/**
 * Judges the partitions: nothing is replicated from one partition to another.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export function judgePartitions(regions: readonly string[]): Finding[] {
  const partitions = [...new Set(regions.map(partitionOf))];
  if (partitions.length < 2) return [];
  return [{ verdict: 'failed', says: `the regions are of several partitions: ${partitions.join(', ')}`, advice: 'make a system of its own for each partition' }];
}

function partitionOf(region: string): string {
  const [, prefix] = /^(cn|us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc)-/.exec(region) ?? [];
  return prefix === undefined ? 'aws' : `aws-${prefix.replace(/^us-iso/, 'iso')}`;
}
