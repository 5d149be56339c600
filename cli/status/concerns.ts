import { isUnderWay } from './deployments';
import { Pair } from './pairs';
import { isAllSilent, isMissing, problemsOf, RegionStatus, SystemStatus } from './system-status';
import { LEDGER_TIMING, silenceAfter } from '../../src/replicated-workflow/ledger-timing';
import { valueOf } from '../operate/answers';
import { describeEvacuation } from '../operate/control-table';

/** Something that needs a person, and the command that helps. */
export interface Concern {
  /** None if it is about all of them. */
  readonly region?: string;
  readonly what: string;
  readonly help: string;
}

/** As late as the alarms of a table and of a bus allow. */
const LATE_MILLIS = 60_000;
const LATE_EVENT_MINUTES = 7;

/** Finds what needs a person: by region, the most urgent first. */
export function concernsOf(status: SystemStatus): Concern[] {
  return [
    ...status.regions.flatMap(region => [
      ...admissionConcerns(region),
      ...deadLetterConcerns(region),
      ...workflowConcerns(region),
      ...stackConcerns(region),
      ...alarmConcerns(region, status.system),
      ...problemConcerns(region, status),
    ]),
    ...pairConcerns(status),
  ];
}

/** Writes a count of things. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const command = (text: string) => `cdk-multi-region ${text}`;

const evacuate = (region: string) => command(`evacuate ${region} --reason '...'`);

function admissionConcerns(region: RegionStatus): Concern[] {
  const { admission: { state, evacuation, reason } } = region;
  const concern = (what: string, help: string) => [{ region: region.region, what, help }];
  if (isAllSilent(region)) return concern(state === 'EVACUATED' ? 'nothing of it answers, and it is evacuated' : 'nothing of it answers', state === 'EVACUATED' ? command('status') : evacuate(region.region));
  switch (state) {
    case 'EVACUATED': return concern(
      `evacuated${evacuation ? ` ${describeEvacuation(evacuation)}` : ', as a peer tells health checks'}${reason === undefined ? '' : `; ${reason}`}`,
      command(`restore ${region.region}`),
    );
    case 'FAILS':
    case 'SILENT': return concern(`it serves no customers: ${reason}`, evacuate(region.region));
    default: return [];
  }
}

function deadLetterConcerns({ region, deadLetters }: RegionStatus): Concern[] {
  return ((deadLetters && valueOf(deadLetters)?.dead) ?? []).map(({ queue, messages }) => ({
    region, what: `${counted(messages, 'dead letter')} in ${queue}`, help: command(`redrive ${queue} --region ${region}`),
  }));
}

function workflowConcerns({ region, workflows }: RegionStatus): Concern[] {
  return ((workflows && valueOf(workflows)) ?? []).flatMap(({ workflow, overdue, oldest }) => {
    if (!overdue || overdue.count === 0) return [];
    return [{
      region,
      what: `${overdue.count}${overdue.isMore ? '+' : ''} of ${workflow} overdue: nobody sees to them`,
      help: oldest === undefined ? command('status') : command(`takeover show ${oldest}`),
    }];
  });
}

function stackConcerns({ region, deployments }: RegionStatus): Concern[] {
  return (valueOf(deployments)?.stacks ?? []).filter(stack => !isUnderWay(stack)).map(({ stack, status }) => ({
    region, what: `the stack ${stack} is in ${status}`, help: `aws cloudformation describe-stack-events --region ${region} --stack-name ${stack}`,
  }));
}

/** A description of an alarm gives the cause and the first step. */
function alarmConcerns({ region, alarms }: RegionStatus, system: string): Concern[] {
  const { names = [], composites = [], isMore = false } = valueOf(alarms) ?? {};
  const count = names.length || composites.length;
  if (count === 0) return [];
  const type = names.length > 0 ? 'MetricAlarm' : 'CompositeAlarm';
  return [{
    region,
    what: isMore ? `${count}+ alarms` : counted(count, 'alarm'),
    help: `aws cloudwatch describe-alarms --region ${region} --state-value ALARM --alarm-name-prefix ${system}- --alarm-types ${type} --query '${type}s[].AlarmDescription'`,
  }];
}

/**
 * Returns the concerns about what nobody knows, which may be bad. What has the same cause is one concern; that health checks have no answer is reported
 * before.
 */
function problemConcerns(region: RegionStatus, { controlTable }: SystemStatus): Concern[] {
  if (isAllSilent(region)) return [];
  const problems = problemsOf(region).filter(([what]) => what !== 'health');
  const causes = [...new Set(problems.map(([, { problem }]) => problem))];
  return [
    ...causes.map(cause => ({
      region: region.region,
      what: `${problems.filter(([, { problem }]) => problem === cause).map(([what]) => what).join(', ')} unknown: ${cause}`,
      help: command(/^access is denied/.test(cause) ? 'status --help' : /not deployed/.test(cause) ? 'doctor' : 'status'),
    })),
    ...isMissing(region.evacuations) ? [{ region: region.region, what: `nobody can evacuate it by itself: there is no table ${controlTable}`, help: 'cdk deploy' }] : [],
  ];
}

/** Returns one concern for each region that its peers hear nothing of, and for each way that is slow. */
function pairConcerns({ pairs, regions }: SystemStatus): Concern[] {
  const silent = regions.flatMap(({ region }) => {
    const by = pairs.filter(pair => pair.from === region && isQuiet(pair));
    return by.length === 0 ? [] : [{
      region, what: `no heartbeat of it for ${Math.max(...by.map(({ heartbeatSeconds }) => heartbeatSeconds!))} s in ${by.map(({ to }) => to).join(', ')}`, help: evacuate(region),
    }];
  });
  const late = pairs.filter(({ latencyMillis = 0 }) => latencyMillis > LATE_MILLIS).map(({ from, to, latencyMillis }) => ({
    region: from, what: `its writes take ${Math.round(latencyMillis! / 1000)} s to ${to}`, help: command('doctor'),
  }));
  const events = pairs.filter(({ eventMinutes = 0 }) => eventMinutes > LATE_EVENT_MINUTES).map(({ from, to, eventMinutes }) => ({
    region: from,
    what: `no event of it has come to ${to} for ${Number.isFinite(eventMinutes) ? eventMinutes : 'more than 60'} minutes`,
    help: command('doctor'),
  }));
  return [...silent, ...late, ...events];
}

const isQuiet = ({ heartbeatSeconds = 0 }: Pair) => 1000 * heartbeatSeconds > silenceAfter(LEDGER_TIMING);
