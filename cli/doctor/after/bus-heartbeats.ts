import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { HeartbeatRule, heartbeatRules } from './heartbeat-rules';
import { inEachRegion, needsAssembly, nothingToLookAt } from './looking';
import { DoctorCheck, Finding } from '../check';

/** The time over which heartbeats are looked for: as long as until their alarm, and what CloudWatch may be late by. */
const WINDOW_MINUTES = 10;

export const BUS_HEARTBEATS: DoctorCheck = {
  name: 'bus-heartbeats',
  claim: 'Each bus delivers the heartbeats of every peer.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html',
  examine: async patient => {
    const { stacks, regions } = patient.system;
    if (stacks.length === 0) return needsAssembly('which buses there are');
    const rules = heartbeatRules(stacks, regions);
    if (rules.length === 0) return nothingToLookAt('no bus with heartbeats');
    return inEachRegion(patient, async access => {
      const here = rules.filter(({ region }) => region === access.region);
      const client = await access.client(CloudWatchClient);
      return Promise.all(here.map(async rule => busHeartbeatFinding(rule, await heartbeatsOf(client, rule), access.isLocal)));
    });
  },
};

/** Judges how many heartbeats a rule has delivered of late. EventBridge measures no zeros, so that none is no data. */
export function busHeartbeatFinding({ bus, region, peer, rule }: HeartbeatRule, delivered: number, isLocal: boolean): Finding {
  if (delivered > 0) return { region, verdict: 'ok', says: `${delivered} heartbeats of ${peer} arrived on ${bus} in the last ${WINDOW_MINUTES} minutes` };
  if (isLocal) return { region, verdict: 'unknown', says: `nobody counts the heartbeats of ${peer} on ${bus}: local regions do not measure rules` };
  return {
    region,
    verdict: 'failed',
    says: `no heartbeat of ${peer} arrived on ${bus} in the last ${WINDOW_MINUTES} minutes`,
    advice: `if it was deployed just now, wait; else see whether ${peer} has its rules replication-... enabled, and the rule ${rule} here; then --only events-pass --probe`,
  };
}

async function heartbeatsOf(client: CloudWatchClient, { bus, rule }: HeartbeatRule): Promise<number> {
  const EndTime = new Date();
  const { MetricDataResults = [] } = await client.send(new GetMetricDataCommand({
    StartTime: new Date(EndTime.getTime() - WINDOW_MINUTES * 60_000),
    EndTime,
    MetricDataQueries: [{
      Id: 'heartbeats',
      MetricStat: {
        Metric: { Namespace: 'AWS/Events', MetricName: 'Invocations', Dimensions: [{ Name: 'EventBusName', Value: bus }, { Name: 'RuleName', Value: rule }] },
        Period: 60,
        Stat: 'Sum',
      },
    }],
  }));
  return MetricDataResults.flatMap(({ Values = [] }) => Values).reduce((sum, value) => sum + value, 0);
}
