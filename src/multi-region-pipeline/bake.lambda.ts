import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmStates, clientConfiguration } from './asked-regions.lambda';
import { AlarmReport, judge } from './bake-decision';
import { ALARM_NAMES, BakeQuestion, KNOWN_REGIONS, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';
import { parseWord } from './operator-word';
import { answerJob, JobAnswer, JobEvent, stageStates } from './pipeline-job.lambda';

const pipelineName = process.env[PIPELINE_NAME]!;
const regions = process.env[SYSTEM_REGIONS]!.split(',');
const knownRegions = process.env[KNOWN_REGIONS]!.split(',');
const alarmNames = JSON.parse(process.env[ALARM_NAMES]!) as Record<string, string[]>;
const roleArns = JSON.parse(process.env[ROLE_ARNS]!) as Record<string, string>;

/** What a bake must know the next time that it is asked: moments, in milliseconds. */
interface Progress {
  readonly since: number;
  /** Since when some region has not answered. */
  readonly silentSince?: number;
}

/** Watches the regions that a stage has deployed to, for as long as they bake. */
export const handler = async (event: JobEvent): Promise<void> => answerJob(event, decide);

async function decide(question: BakeQuestion, token?: string): Promise<JobAnswer> {
  const { stage, targets, minutes, named: areNamed } = question;
  const isRollback = await isRollingBack(stage);
  const { lost, unhealthy } = parseWord(question, regions, knownRegions);
  // a rollback deploys to regions that were lost in the execution that it goes back to, and has that execution's variables
  const watched = targets.filter(region => isRollback || !lost.includes(region));
  if (watched.length === 0) return { succeeds: `${targets.join(', ')} is named as lost: nothing was deployed there` };
  const now = Date.now();
  const { since, silentSince }: Progress = token === undefined ? { since: now } : JSON.parse(token);
  const reports = await Promise.all(watched.map(async region => report(region, areNamed)));
  const silentNow = reports.some(({ error }) => error !== undefined) ? silentSince ?? now : undefined;
  const verdict = judge({
    minutes, isRollback, unhealthy, elapsedMinutes: (now - since) / 60_000, silentMinutes: silentNow === undefined ? 0 : (now - silentNow) / 60_000,
  }, reports);
  return 'goesOn' in verdict ? { ...verdict, token: JSON.stringify({ since, silentSince: silentNow } satisfies Progress) } : verdict;
}

async function isRollingBack(stage: string): Promise<boolean> {
  return (await stageStates(pipelineName)).find(({ stageName }) => stageName === stage)?.latestExecution?.type === 'ROLLBACK';
}

async function report(region: string, areNamed: boolean): Promise<AlarmReport> {
  try {
    const names = alarmNames[region];
    const states = await alarmStates(new CloudWatchClient(await clientConfiguration(region, roleArns[region])), names);
    return {
      region,
      inAlarm: names.filter(name => states.get(name) === 'ALARM'),
      // a region without alarms has no composite alarm
      missing: areNamed ? names.filter(name => !states.has(name)) : [],
    };
  } catch (error) {
    return { region, inAlarm: [], missing: [], error: (error as Error).name };
  }
}
