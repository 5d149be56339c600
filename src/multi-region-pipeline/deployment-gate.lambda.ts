import { ALARM_NAMES, DEPLOYING_STAGES, GateQuestion, gateStage, KNOWN_REGIONS, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';
import { occupied } from './gate-decision';
import { areAllLost, askGate, GatedSystem } from './gate-question.lambda';
import { parseWord } from './operator-word';
import { answerJob, JobAnswer, JobEvent, stageStates } from './pipeline-job.lambda';
import { CONTROL_TABLE_NAME } from '../evacuation-switch/constants';

const pipelineName = process.env[PIPELINE_NAME]!;
const knownRegions = process.env[KNOWN_REGIONS]!.split(',');
const deployingStages = JSON.parse(process.env[DEPLOYING_STAGES]!) as string[];
const system: GatedSystem = {
  regions: process.env[SYSTEM_REGIONS]!.split(','),
  alarmNames: JSON.parse(process.env[ALARM_NAMES]!),
  roleArns: JSON.parse(process.env[ROLE_ARNS]!),
  controlTableName: process.env[CONTROL_TABLE_NAME]!,
};

/** Says whether a stage may be entered, and waits while another execution is deploying. */
export const handler = async (event: JobEvent): Promise<void> => answerJob(event, decide);

async function decide(question: GateQuestion): Promise<JobAnswer> {
  const { stage, targets } = question;
  const named = parseWord(question, system.regions, knownRegions);
  const before = areAllLost(targets, named) ? undefined : await occupiedBefore(stage);
  if (before) return { goesOn: `waits for execution ${before.executionId} in ${before.stage}`, token: before.stage };
  return askGate(system, targets, named);
}

async function occupiedBefore(stage: string) {
  const states = (await stageStates(pipelineName)).map(({ stageName, latestExecution }) => ({
    stage: stageName!, executionId: latestExecution?.pipelineExecutionId, isInProgress: latestExecution?.status === 'InProgress' || latestExecution?.status === 'Stopping',
  }));
  return occupied(stage, deployingStages, gateStage, states);
}
