import { AlarmType, CloudWatchClient, DescribeAlarmsCommand, StateValue } from '@aws-sdk/client-cloudwatch';
import { RegionClients } from './region-clients';

/** As many as one call returns. */
const MOST = 100;

export interface Alarms {
  /** The names of the alarms on metrics that are in ALARM state, sorted. */
  readonly names: readonly string[];
  /** The names of composite alarms that are in ALARM state because of these. */
  readonly composites: readonly string[];
  /** Indicates whether there are more. */
  readonly isMore: boolean;
}

/**
 * Returns which alarms of a system are in ALARM state: CloudFormation names them after their stacks.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function alarmsIn(systemName: string, clients: RegionClients): Promise<Alarms> {
  const { MetricAlarms = [], CompositeAlarms = [], NextToken } = await (await clients.of(CloudWatchClient)).send(new DescribeAlarmsCommand({
    AlarmNamePrefix: `${systemName}-`, StateValue: StateValue.ALARM, AlarmTypes: [AlarmType.MetricAlarm, AlarmType.CompositeAlarm], MaxRecords: MOST,
  }));
  const names = (alarms: readonly { readonly AlarmName?: string }[]) => alarms.map(({ AlarmName }) => AlarmName!).sort();
  return { names: names(MetricAlarms), composites: names(CompositeAlarms), isMore: NextToken !== undefined };
}
