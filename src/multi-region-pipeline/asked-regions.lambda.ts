import { AlarmType, CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { boundedClient, CallLimits, ClientSettings } from '../system/bounded-client.lambda';

/** A system, by what its regions are asked with. */
export interface AskedSystem {
  readonly regions: string[];
  /** The names of the alarms of each region. */
  readonly alarmNames: { readonly [region: string]: string[] };
  /** The role to assume for each region of another account. */
  readonly roleArns: { readonly [region: string]: string };
}

/** A region that is lost does not answer at all: after two calls, one for the role, there must be time left to say so. */
const LIMITS: CallLimits = { attempts: 2, attemptMillis: 6_000, callMillis: 13_000 };

const ALARM_TYPES: AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];

/** Makes a client of a region. */
export type RegionalClients = <Client>(ClientClass: new (configuration: any) => Client) => Client;

/** Returns what makes the clients of a region: in another account by the role there that may read. */
export async function clientsIn({ roleArns }: AskedSystem, region: string): Promise<RegionalClients> {
  const settings: ClientSettings = { region, credentials: roleArns[region] ? await credentialsOf(roleArns[region], region) : undefined };
  return ClientClass => boundedClient(ClientClass, LIMITS, settings);
}

async function credentialsOf(RoleArn: string, region: string): Promise<ClientSettings['credentials']> {
  const { Credentials } = await boundedClient(STSClient, LIMITS, { region }).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'deployment-pipeline' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken };
}

/** Returns the states of those alarms that exist, by name. */
export async function alarmStates(cloudWatch: CloudWatchClient, AlarmNames: string[]): Promise<Map<string, string>> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ALARM_TYPES }));
  return new Map([...MetricAlarms, ...CompositeAlarms].map(({ AlarmName, StateValue }) => [AlarmName!, StateValue!]));
}
