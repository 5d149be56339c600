import { CloudWatchClient, CompositeAlarm, MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { inEachRegion, needsAssembly, nothingToLookAt } from './looking';
import { topicSubscriptions, TopicSubscriptions } from './topic-subscriptions';
import { Answer, isProblem, settled } from '../../operate/answers';
import { StackArtifact } from '../../system/cloud-assembly';
import { DoctorCheck, Finding } from '../check';

/** The number of alarms that are named. */
const NAMED = 5;

/** An alarm as CloudWatch has it. */
export interface DeployedAlarm {
  readonly name: string;
  readonly isComposite: boolean;
  readonly actsOnAlarm: boolean;
  readonly state: string;
}

/** The alarms of a region that the app describes. */
export interface WantedAlarms {
  readonly topicName?: string;
  /** The composite alarms that have names: that of the region, and those of its units. */
  readonly composites: readonly string[];
}

export const ALARMS: DoctorCheck = {
  name: 'alarms',
  claim: 'Alarms reach somebody in each region.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html',
  examine: async patient => {
    const { name, stacks } = patient.system;
    if (stacks.length === 0) return needsAssembly('which alarms there are');
    const topic = `${name}-alarms`;
    if (patient.accesses.every(({ region }) => wantedAlarms(stacks, region, topic).topicName === undefined)) return nothingToLookAt('no alarms');
    return inEachRegion(patient, async access => {
      const wanted = wantedAlarms(stacks, access.region, topic);
      if (wanted.topicName === undefined) return [];
      const [subscriptions, deployed] = await Promise.all([
        settled(topicSubscriptions(access, topic)),
        settled(deployedAlarms(await access.client(CloudWatchClient), `${name}-`)),
      ]);
      return [subscriptionFinding(access.region, topic, subscriptions), ...alarmFindings(access.region, wanted.composites, deployed)];
    });
  },
};

/** Finds what the templates of a region say of its alarms. */
export function wantedAlarms(stacks: readonly StackArtifact[], region: string, topicName: string): WantedAlarms {
  const resources = stacks.filter(stack => stack.region === region).flatMap(({ template }) => Object.values(template.Resources ?? {}));
  const named = (type: string, property: string) => resources.filter(({ Type }) => Type === type)
    .flatMap(({ Properties }) => (typeof Properties?.[property] === 'string' ? [Properties[property] as string] : []));
  return {
    topicName: named('AWS::SNS::Topic', 'TopicName').find(name => name === topicName),
    composites: named('AWS::CloudWatch::CompositeAlarm', 'AlarmName'),
  };
}

/** Judges who is subscribed to the topic that alarms notify. */
export function subscriptionFinding(region: string, topic: string, answer: Answer<TopicSubscriptions>): Finding {
  if (isProblem(answer)) return { region, verdict: 'unknown', says: `the subscriptions of ${topic} cannot be counted: ${answer.problem}` };
  const { confirmed, pending } = answer.value;
  if (confirmed === 0) {
    return {
      region,
      verdict: pending > 0 ? 'failed' : 'warning',
      says: `alarms reach nobody: ${topic} has no confirmed subscription${pending > 0 ? `, and ${pending} to be confirmed` : ''}`,
      advice: pending > 0 ? 'confirm it by the message that SNS has sent, once for each region' : 'name somebody in alarmSubscriptions',
    };
  }
  if (pending > 0) return { region, verdict: 'warning', says: `${pending} of ${confirmed + pending} subscriptions of ${topic} are not confirmed`, advice: 'confirm them by the message that SNS has sent' };
  return { region, verdict: 'ok', says: `${topic} has ${confirmed} confirmed ${confirmed === 1 ? 'subscription' : 'subscriptions'}` };
}

/** Judges the alarms of a region. The composite ones notify nobody themselves: their children do. */
export function alarmFindings(region: string, composites: readonly string[], answer: Answer<readonly DeployedAlarm[]>): Finding[] {
  if (isProblem(answer)) return [{ region, verdict: 'unknown', says: `its alarms cannot be listed: ${answer.problem}` }];
  const alarms = answer.value;
  const findings: Finding[] = composites.flatMap(name => {
    const found = alarms.find(alarm => alarm.isComposite && alarm.name === name);
    if (!found) return { region, verdict: 'failed' as const, says: `the composite alarm ${name} is not there`, advice: 'deploy its stack again' };
    return found.state === 'ALARM' ? { region, verdict: 'warning' as const, says: `${name} is in ALARM`, advice: 'its children in ALARM give the cause and the first step' } : [];
  });
  const silent = alarms.filter(alarm => !alarm.actsOnAlarm).map(({ name }) => name);
  if (silent.length > 0) {
    const names = silent.slice(0, NAMED).join(', ') + (silent.length > NAMED ? ` and ${silent.length - NAMED} more` : '');
    findings.push({ region, verdict: 'failed', says: `the actions of ${names} are disabled`, advice: 'enable them, by aws cloudwatch enable-alarm-actions' });
  }
  return findings.length > 0 ? findings : [{ region, verdict: 'ok', says: `${alarms.length} alarms are there, and act` }];
}

async function deployedAlarms(client: CloudWatchClient, AlarmNamePrefix: string): Promise<DeployedAlarm[]> {
  const found: DeployedAlarm[] = [];
  const described = (isComposite: boolean) => ({ AlarmName, ActionsEnabled, StateValue }: MetricAlarm | CompositeAlarm): DeployedAlarm => (
    { name: AlarmName!, isComposite, actsOnAlarm: ActionsEnabled ?? true, state: StateValue! });
  // metric alarms alone are the default
  const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] });
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
    found.push(...MetricAlarms.map(described(false)), ...CompositeAlarms.map(described(true)));
  }
  return found;
}
