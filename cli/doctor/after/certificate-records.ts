import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { cannotLook, needsAssembly, nothingToLookAt } from './looking';
import { deployedResources, hasAny } from './physical-ids';
import { isProblem, settled } from '../../operate/answers';
import { RegionAccess } from '../../operate/region-access';
import { StackArtifact } from '../../system/cloud-assembly';
import { DoctorCheck, Finding } from '../check';

const TYPE = 'AWS::CertificateManager::Certificate';

/** The record that validates one name of a certificate. */
export interface Validation {
  readonly region: string;
  readonly name: string;
  /** Name and value of the record. */
  readonly record: string;
}

export const CERTIFICATE_RECORDS: DoctorCheck = {
  name: 'certificate-records',
  claim: 'One record validates the certificates of all regions for the name that they share.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html',
  isTrial: true,
  examine: async ({ system: { stacks }, accesses }) => {
    if (stacks.length === 0) return needsAssembly('which certificates there are');
    if (!stacks.some(stack => hasAny(stack, TYPE))) return nothingToLookAt('no certificate');
    const answers = await Promise.all(accesses.map(async access => ({ access, answer: await settled(validationsIn(access, stacks)) })));
    return [
      ...answers.flatMap(({ access, answer }) => (isProblem(answer) ? [cannotLook(access.region, answer.problem)] : [])),
      ...recordFindings(answers.flatMap(({ answer }) => (isProblem(answer) ? [] : answer.value))),
    ];
  },
};

/** Judges the records of names that several regions have certificates for. */
export function recordFindings(validations: readonly Validation[]): Finding[] {
  return [...new Set(validations.map(({ name }) => name))].flatMap((name): Finding[] => {
    const same = validations.filter(validation => validation.name === name);
    if (new Set(same.map(({ region }) => region)).size < 2) return [];
    if (new Set(same.map(({ record }) => record)).size === 1) return [{ verdict: 'ok', says: `the certificates of ${same.map(({ region }) => region).join(', ')} for ${name} have one record` }];
    return [{
      verdict: 'warning',
      says: `the certificates for ${name} are validated by different records: ${same.map(({ region, record }) => `${region} by ${record}`).join('; ')}`,
      advice: 'see that all of these records stay: without its own, a certificate is not renewed',
    }];
  });
}

async function validationsIn(access: RegionAccess, stacks: readonly StackArtifact[]): Promise<Validation[]> {
  const client = await access.client(ACMClient);
  const deployed = await deployedResources(access, stacks, TYPE);
  const described = (CertificateArn: string) => client.send(new DescribeCertificateCommand({ CertificateArn }));
  const certificates = await Promise.all(deployed.map(({ physicalId }) => described(physicalId)));
  return certificates.flatMap(({ Certificate }) => Certificate?.DomainValidationOptions ?? []).flatMap(({ DomainName, ResourceRecord }) => (
    ResourceRecord ? [{ region: access.region, name: DomainName!, record: `${ResourceRecord.Name} ${ResourceRecord.Value}` }] : []));
}
