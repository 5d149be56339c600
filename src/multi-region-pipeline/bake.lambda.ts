import { AskedSystem } from './asked-regions.lambda';
import { BakeProgress, watch } from './bake-watch.lambda';
import { ALARM_NAMES, BakeQuestion, KNOWN_REGIONS, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';
import { parseWord } from './operator-word';
import { answerJob, JobAnswer, JobEvent, stageStates } from './pipeline-job.lambda';

const pipelineName = process.env[PIPELINE_NAME]!;
const knownRegions = process.env[KNOWN_REGIONS]!.split(',');
const system: AskedSystem = {
  regions: process.env[SYSTEM_REGIONS]!.split(','),
  alarmNames: JSON.parse(process.env[ALARM_NAMES]!),
  roleArns: JSON.parse(process.env[ROLE_ARNS]!),
};

/** Watches the regions that a stage has deployed to, for as long as they bake. */
export const handler = async (event: JobEvent): Promise<void> => answerJob(event, decide);

async function decide(question: BakeQuestion, token?: string): Promise<JobAnswer> {
  const { stage, targets, minutes, named: areNamed } = question;
  const isRollback = await isRollingBack(stage);
  const named = parseWord(question, system.regions, knownRegions);
  const before: BakeProgress | undefined = token === undefined ? undefined : JSON.parse(token);
  const { verdict, progress } = await watch(system, { targets, minutes, areNamed, isRollback, named }, before);
  return 'goesOn' in verdict ? { ...verdict, token: JSON.stringify(progress) } : verdict;
}

async function isRollingBack(stage: string): Promise<boolean> {
  return (await stageStates(pipelineName)).find(({ stageName }) => stageName === stage)?.latestExecution?.type === 'ROLLBACK';
}
