import { knownRegions, pipelineName, system } from './asking-environment.lambda';
import { BakeProgress, watch } from './bake-watch.lambda';
import { BakeQuestion } from './constants';
import { parseWord } from './operator-word';
import { answerJob, JobAnswer, JobEvent, stageStates } from './pipeline-job.lambda';

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
