import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { FEW_REQUESTS, reasonsForProduction, Traffic, WATCHED_MINUTES } from './production';
import { unhealthyAlarmName } from '../../src/system/unhealthy-alarm-name';
import { Answer, isProblem, settledWithin } from '../operate/answers';
import { AskedSystem } from '../operate/asked-system';
import { describeEvacuation } from '../operate/control-table';
import { RegionAccess } from '../operate/region-access';
import { RegionView, viewsOf } from '../operate/region-views';
import { SystemDescription } from '../system/system-description';

/** The state of a region before anything is done to it. */
export interface RegionLook extends RegionView {
  /** The composite alarm that says that the region is unhealthy, if it is in ALARM; one that is not there is not. */
  readonly alarms: Answer<readonly string[]>;
  /** The stacks that an operation of CloudFormation is under way on. */
  readonly changing: Answer<readonly string[]>;
  /** The rate at which functions behind the API were invoked of late, a second. */
  readonly requestsPerSecond: Answer<number>;
}

/** Looks at all regions side by side. */
export async function lookAt(
  system: AskedSystem, description: SystemDescription, accesses: readonly RegionAccess[], seconds: number,
): Promise<RegionLook[]> {
  const views = viewsOf(system, accesses, seconds);
  const looks = await Promise.all(accesses.map(async access => ({
    alarms: await settledWithin(seconds, alarmsIn(system, access)),
    changing: await settledWithin(seconds, changingStacks(system, access)),
    requestsPerSecond: await settledWithin(seconds, requestsIn(description, access)),
  })));
  return (await views).map((view, i) => ({ ...view, ...looks[i] }));
}

/** Says why nothing may be tried on these regions, one reason each. */
export function reasonsNotToBegin(looks: readonly RegionLook[]): string[] {
  return looks.flatMap(({ region, evacuations, isHealthy, alarms, changing }) => {
    // of a region that is silent, once is enough
    if (isProblem(evacuations)) return [`${region}: ${evacuations.problem}`];
    const said = <T>(answer: Answer<T>, what: string, reasons: (value: T) => string[]) => (
      isProblem(answer) ? [`${what} of ${region} cannot be determined: ${answer.problem}`] : reasons(answer.value)
    );
    return [
      ...[...evacuations.value].map(([evacuated, how]) => `${evacuated} is evacuated, says ${region}, ${describeEvacuation(how)}`),
      ...isHealthy === undefined
        ? [`${region} has no API by a name of its own`]
        : said(isHealthy, 'the health', healthy => (healthy ? [] : [`the health check of ${region} fails`])),
      ...said(alarms, 'the alarms', names => names.map(name => `${name} is in ALARM in ${region}`)),
      ...said(changing, 'the stacks', stacks => stacks.map(stack => `${stack} is being deployed in ${region}`)),
    ];
  });
}

/** Says why whoever calls must say that they know what this is, one reason each. What cannot be determined counts as a reason. */
export function reasonsToBeSure(name: string, looks: readonly RegionLook[]): string[] {
  const traffic = looks.flatMap(({ region, requestsPerSecond }): Traffic[] => (
    isProblem(requestsPerSecond) ? [] : [{ region, requestsPerSecond: requestsPerSecond.value }]
  ));
  return [
    ...reasonsForProduction(name, traffic),
    ...looks.flatMap(({ region, requestsPerSecond }) => (
      isProblem(requestsPerSecond) ? [`whether ${region} has more than ${FEW_REQUESTS} request a second cannot be determined: ${requestsPerSecond.problem}`] : []
    )),
  ];
}

async function alarmsIn({ name }: AskedSystem, access: RegionAccess): Promise<string[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await (await access.client(CloudWatchClient)).send(new DescribeAlarmsCommand({
    AlarmNames: [unhealthyAlarmName(name, access.region)], AlarmTypes: ['CompositeAlarm', 'MetricAlarm'], StateValue: 'ALARM',
  }));
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName!);
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
async function changingStacks({ stacks }: AskedSystem, access: RegionAccess): Promise<string[]> {
  const client = await access.client(CloudFormationClient);
  const own = stacks.filter(({ region }) => region === access.region);
  const found = await Promise.all(own.map(async ({ stackName }) => client.send(new DescribeStacksCommand({ StackName: stackName }))));
  return found.flatMap(({ Stacks = [] }) => Stacks).filter(({ StackStatus }) => StackStatus?.endsWith('_IN_PROGRESS')).map(({ StackName }) => StackName!);
}

/**
 * Counts the invocations of the functions behind the API: API Gateway counts the many probes of health checks among its requests.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
async function requestsIn({ apis }: SystemDescription, access: RegionAccess): Promise<number> {
  const functions = [...new Set(apis.flatMap(({ routes }) => routes.map(route => route.function)))];
  if (functions.length === 0) return 0;
  const EndTime = new Date();
  const seconds = WATCHED_MINUTES * 60;
  const { MetricDataResults = [] } = await (await access.client(CloudWatchClient)).send(new GetMetricDataCommand({
    StartTime: new Date(EndTime.getTime() - seconds * 1000),
    EndTime,
    MetricDataQueries: functions.map((name, i) => ({
      Id: `f${i}`,
      MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions: [{ Name: 'FunctionName', Value: name }] }, Period: 60, Stat: 'Sum' },
    })),
  }));
  return MetricDataResults.flatMap(({ Values = [] }) => Values).reduce((sum, value) => sum + value, 0) / seconds;
}
