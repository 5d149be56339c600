import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { examineDescribed, inEachRegion, nothingToLookAt } from './looking';
import { METRIC_DIMENSION, SWEEP_LATENESS_SECONDS } from '../../../src/replicated-workflow/constants';
import { METRIC_NAMESPACE } from '../../../src/system/metric-line';
import { DoctorCheck, Finding } from '../check';

export const EMBEDDED_METRICS: DoctorCheck = {
  name: 'embedded-metrics',
  claim: 'CloudWatch makes metrics of what the library\'s functions log, so that their alarms have data.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html',
  isTrial: true,
  examine: examineDescribed('which workflows there are', async (patient, { workflows }) => {
    const swept = workflows.filter(({ ledger }) => ledger !== undefined);
    if (swept.length === 0) return nothingToLookAt('no function that measures something each minute');
    return inEachRegion(patient, async access => {
      if (access.isLocal) return [{ region: access.region, verdict: 'unknown', says: 'local regions make no metrics of logs' }];
      const client = await access.client(CloudWatchClient);
      return Promise.all(swept.map(async ({ name }) => {
        // the sweeper measures it in each run
        const { Metrics = [] } = await client.send(new ListMetricsCommand({
          Namespace: METRIC_NAMESPACE, MetricName: SWEEP_LATENESS_SECONDS, Dimensions: [{ Name: METRIC_DIMENSION, Value: name }],
        }));
        return metricFinding(access.region, name, Metrics.length > 0);
      }));
    });
  }),
};

/** Judges whether a metric is there that is logged each minute. */
export function metricFinding(region: string, workflow: string, isThere: boolean): Finding {
  if (isThere) return { region, verdict: 'ok', says: `CloudWatch has the metric ${SWEEP_LATENESS_SECONDS} of ${workflow}` };
  return {
    region,
    verdict: 'failed',
    says: `CloudWatch has no metric ${SWEEP_LATENESS_SECONDS} of ${workflow}`,
    advice: 'if it was deployed less than a quarter of an hour ago, wait; else see whether the sweeper runs, and whether its log has lines with _aws, which then are made no metrics of: report it',
  };
}
