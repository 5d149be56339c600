import { Resource, StackArtifact } from '../../system/cloud-assembly';

interface Validated {
  readonly DomainValidationOptions?: ReadonlyArray<{ readonly HostedZoneId?: unknown }>;
}

/** Returns the ids of the hosted zones that the templates name, in which records are made or certificates are proved. */
export function zoneIdsOf(stacks: readonly StackArtifact[]): string[] {
  const ids = resourcesOf(stacks).flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::Route53::RecordSet') return [Properties?.HostedZoneId];
    if (Type !== 'AWS::CertificateManager::Certificate') return [];
    return ((Properties ?? {}) as Validated).DomainValidationOptions?.map(({ HostedZoneId }) => HostedZoneId) ?? [];
  });
  return [...new Set(ids.filter(id => typeof id === 'string'))];
}

/** Returns the names of the records that are made in a zone, without a dot at the end. */
export function recordsIn(zoneId: string, stacks: readonly StackArtifact[]): string[] {
  const names = resourcesOf(stacks).flatMap(({ Type, Properties }) => (
    Type === 'AWS::Route53::RecordSet' && Properties?.HostedZoneId === zoneId && typeof Properties.Name === 'string' ? [withoutDot(Properties.Name)] : []));
  return [...new Set(names)];
}

export const withoutDot = (name: string): string => name.replace(/\.$/, '').toLowerCase();

const resourcesOf = (stacks: readonly StackArtifact[]): Resource[] => stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}));
