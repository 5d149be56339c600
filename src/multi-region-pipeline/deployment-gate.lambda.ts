import { knownRegions, pipelineName, system as asked } from './asking-environment.lambda';
import { DEPLOYING_STAGES, GateQuestion, gateStage } from './constants';
import { mayBeRolledBack, occupied } from './gate-decision';
import { areAllLost, askGate, GatedSystem } from './gate-question.lambda';
import { parseWord } from './operator-word';
import { answerJob, JobAnswer, JobEvent, stageStates } from './pipeline-job.lambda';
import { CONTROL_TABLE_NAME } from '../evacuation-switch/constants';

const deployingStages = JSON.parse(process.env[DEPLOYING_STAGES]!) as string[];
const system: GatedSystem = { ...asked, controlTableName: process.env[CONTROL_TABLE_NAME]! };

/** Says whether a stage may be entered, and waits while another execution is deploying. */
export const handler = async (event: JobEvent): Promise<void> => answerJob(event, decide);

/** The note that the gate gets back when it is asked again: nothing was in progress. */
const FREE = 'free';

async function decide(question: GateQuestion, token?: string): Promise<JobAnswer> {
  const { stage, targets } = question;
  const named = parseWord(question, system.regions, knownRegions);
  const waits = areAllLost(targets, named) ? undefined : await waitsFor(stage, token === FREE);
  return waits ?? askGate(system, targets, named);
}

async function waitsFor(stage: string, wasFree: boolean): Promise<JobAnswer | undefined> {
  const states = (await stageStates(pipelineName)).map(({ stageName, latestExecution }) => ({
    stage: stageName!,
    executionId: latestExecution?.pipelineExecutionId,
    isInProgress: latestExecution?.status === 'InProgress' || latestExecution?.status === 'Stopping',
    hasFailed: latestExecution?.status === 'Failed',
  }));
  const before = occupied(stage, deployingStages, gateStage, states);
  if (before) return { goesOn: `waits for execution ${before.executionId} in ${before.stage}`, token: before.stage };
  const failed = mayBeRolledBack(deployingStages, states);
  return failed && !wasFree ? { goesOn: `waits whether ${failed.stage} is rolled back`, token: FREE } : undefined;
}
