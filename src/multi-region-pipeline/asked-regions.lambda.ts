import { AlarmType, CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/** A system, by what its regions are asked with. */
export interface AskedSystem {
  readonly regions: string[];
  /** The names of the alarms of each region. */
  readonly alarmNames: { readonly [region: string]: string[] };
  /** The role to assume for each region of another account. */
  readonly roleArns: { readonly [region: string]: string };
}

/** A region that is lost does not answer at all: there must be time left to say so. */
const PATIENCE = { maxAttempts: 2, requestHandler: { requestTimeout: 8000, connectionTimeout: 3000, throwOnRequestTimeout: true } };

const ALARM_TYPES: AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];

/** Makes what the clients of a region are made with: in another account by the role there that may read. */
export async function clientConfiguration({ roleArns }: AskedSystem, region: string) {
  const roleArn = roleArns[region];
  if (!roleArn) return { region, ...PATIENCE };
  const { Credentials } = await new STSClient({ region, ...PATIENCE }).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'deployment-pipeline' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return { region, ...PATIENCE, credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken } };
}

/** The states of those alarms that exist, by name. */
export async function alarmStates(cloudWatch: CloudWatchClient, AlarmNames: string[]): Promise<Map<string, string>> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ALARM_TYPES }));
  return new Map([...MetricAlarms, ...CompositeAlarms].map(({ AlarmName, StateValue }) => [AlarmName!, StateValue!]));
}
