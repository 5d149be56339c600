import { ACMClient, CertificateDetail, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { isProblem, settled } from '../../operate/answers';
import { StackArtifact } from '../../system/cloud-assembly';
import { inEachRegion, unknownIn } from '../asking';
import { DoctorCheck, Finding } from '../check';

export const CERTIFICATES: DoctorCheck = {
  name: 'certificates',
  claim: 'Certificates that the app does not make are issued, for the names that they are used for, in the region that uses them.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html',
  examine: async patient => inEachRegion(patient, async access => {
    const used = importedIn(access.region, patient.system.stacks);
    if (used.length === 0) return [{ region: access.region, verdict: 'ok', says: 'every certificate is made by the app' }];
    const client = await access.client(ACMClient);
    return Promise.all(used.map(async one => {
      if (one.arn.split(':')[3] !== access.region) return judgeCertificate(access.region, one, undefined);
      const found = await settled(describe(client, one.arn));
      return isProblem(found) ? unknownIn(access.region, `${one.arn}: ${found.problem}`) : judgeCertificate(access.region, one, found.value);
    }));
  }),
};

/** A certificate of somebody else, and the name that it is used for. */
export interface UsedCertificate {
  readonly arn: string;
  readonly domainName: string;
}

export function importedIn(region: string, stacks: readonly StackArtifact[]): UsedCertificate[] {
  const resources = stacks.filter(stack => stack.region === region).flatMap(({ template }) => Object.values(template.Resources ?? {}));
  return resources.flatMap(({ Type, Properties }) => {
    const { RegionalCertificateArn: arn, DomainName: domainName } = Properties ?? {};
    return Type === 'AWS::ApiGateway::DomainName' && typeof arn === 'string' && typeof domainName === 'string' ? [{ arn, domainName }] : [];
  });
}

/** Judges a certificate; nothing if there is none in the region. */
export function judgeCertificate(region: string, { arn, domainName }: UsedCertificate, found: CertificateDetail | undefined): Finding {
  if (!found) return { region, verdict: 'failed', says: `there is no certificate ${arn} for ${domainName} here`, advice: 'name one of this region: API Gateway takes no other' };
  if (found.Status !== 'ISSUED') return { region, verdict: 'failed', says: `the certificate of ${domainName} is ${found.Status}`, advice: `see aws acm describe-certificate --certificate-arn ${arn} --region ${region}` };
  const names = [found.DomainName, ...found.SubjectAlternativeNames ?? []].flatMap(name => name ?? []);
  if (!names.some(name => covers(name, domainName))) return { region, verdict: 'failed', says: `the certificate ${arn} is for ${[...new Set(names)].join(', ')}, and not for ${domainName}`, advice: 'name one that has the name' };
  return { region, verdict: 'ok', says: `the certificate of ${domainName} is issued` };
}

/**
 * Returns whether a name covers another. A wildcard stands for one label:
 * https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
 */
function covers(name: string, domainName: string): boolean {
  return name === domainName || (name.startsWith('*.') && domainName.split('.').slice(1).join('.') === name.slice(2));
}

async function describe(client: ACMClient, CertificateArn: string): Promise<CertificateDetail | undefined> {
  try {
    return (await client.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
