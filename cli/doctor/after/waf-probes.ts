import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { inEachRegion, needsAssembly, nothingToLookAt } from './looking';
import { StackArtifact } from '../../system/cloud-assembly';
import { DoctorCheck, Finding } from '../check';

/** The rule of a web ACL that lets health checks through. */
const RULE = 'Probes';

export const WAF_PROBES: DoctorCheck = {
  name: 'waf-probes',
  claim: 'AWS WAF knows health checks by their path, and lets them through.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html',
  isTrial: true,
  examine: async patient => {
    const { stacks } = patient.system;
    if (stacks.length === 0) return needsAssembly('which web ACLs there are');
    if (probeMetrics(stacks).length === 0) return nothingToLookAt('no web ACL');
    return inEachRegion(patient, async access => {
      if (access.isLocal) return [{ region: access.region, verdict: 'unknown', says: 'local regions have no AWS WAF' }];
      const client = await access.client(CloudWatchClient);
      return Promise.all(probeMetrics(stacks.filter(({ region }) => region === access.region)).map(async Value => {
        const { Metrics = [] } = await client.send(new ListMetricsCommand({
          Namespace: 'AWS/WAFV2', MetricName: 'AllowedRequests', Dimensions: [{ Name: 'Rule', Value }], RecentlyActive: 'PT3H',
        }));
        return probesFinding(access.region, Value, Metrics.length > 0);
      }));
    });
  },
};

/** Judges whether AWS WAF has let health checks through in the last hours. It measures no zeros. */
export function probesFinding(region: string, metric: string, hasAllowed: boolean): Finding {
  if (hasAllowed) return { region, verdict: 'ok', says: `AWS WAF counts health checks under ${metric}` };
  return {
    region,
    verdict: 'warning',
    says: `AWS WAF counts no health check under ${metric}`,
    advice: 'if it was deployed just now, wait some minutes; else health checks are subject to the managed rules: see the log of the web ACL for what these block',
  };
}

/** Finds what the rules count under. */
export function probeMetrics(stacks: readonly StackArtifact[]): string[] {
  return stacks.flatMap(({ template }) => Object.values(template.Resources ?? {})).filter(({ Type }) => Type === 'AWS::WAFv2::WebACL').flatMap(({ Properties }) => (
    (Properties?.Rules ?? []) as WebAclRule[]).flatMap(({ Name, VisibilityConfig }) => (Name === RULE ? VisibilityConfig?.MetricName ?? [] : [])));
}

interface WebAclRule {
  readonly Name?: string;
  readonly VisibilityConfig?: { readonly MetricName?: string };
}
