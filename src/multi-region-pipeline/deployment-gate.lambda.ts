import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { alarmStates, clientConfiguration } from './asked-regions.lambda';
import { ALARM_NAMES, DEPLOYING_STAGES, GateQuestion, gateStage, KNOWN_REGIONS, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';
import { occupied, refusals, RegionReport } from './gate-decision';
import { parseWord } from './operator-word';
import { answerJob, JobAnswer, JobEvent, stageStates } from './pipeline-job.lambda';
import { CONTROL_TABLE_NAME, evacuationKey } from '../evacuation-switch/constants';

const pipelineName = process.env[PIPELINE_NAME]!;
const regions = process.env[SYSTEM_REGIONS]!.split(',');
const knownRegions = process.env[KNOWN_REGIONS]!.split(',');
const deployingStages = JSON.parse(process.env[DEPLOYING_STAGES]!) as string[];
const TableName = process.env[CONTROL_TABLE_NAME]!;
const alarmNames = JSON.parse(process.env[ALARM_NAMES]!) as Record<string, string[]>;
const roleArns = JSON.parse(process.env[ROLE_ARNS]!) as Record<string, string>;

/** Says whether a stage may be entered, and waits while another execution is deploying. */
export const handler = async (event: JobEvent): Promise<void> => answerJob(event, decide);

async function decide(question: GateQuestion): Promise<JobAnswer> {
  const { stage, targets } = question;
  const named = parseWord(question, regions, knownRegions);
  const lostTargets = targets.filter(target => named.lost.includes(target));
  if (lostTargets.length === targets.length) return { succeeds: `${lostTargets.join(', ')} is named as lost: nothing is deployed there` };
  const states = (await stageStates(pipelineName)).map(({ stageName, latestExecution }) => ({
    stage: stageName!, executionId: latestExecution?.pipelineExecutionId, isInProgress: latestExecution?.status === 'InProgress' || latestExecution?.status === 'Stopping',
  }));
  const before = occupied(stage, deployingStages, gateStage, states);
  if (before) return { goesOn: `waits for execution ${before.executionId} in ${before.stage}`, token: before.stage };
  const reasons = refusals(targets, named, await Promise.all(regions.filter(region => !named.lost.includes(region)).map(report)));
  if (reasons.length > 0) return { fails: reasons.join('; ') };
  return { succeeds: lostTargets.length > 0 ? `may be deployed to, without ${lostTargets.join(', ')}, which is named as lost` : 'may be deployed to' };
}

async function report(region: string): Promise<RegionReport> {
  try {
    const configuration = await clientConfiguration(region, roleArns[region]);
    const [evacuated, alarms] = await Promise.all([
      evacuatedRegions(new DynamoDBClient(configuration)),
      alarmStates(new CloudWatchClient(configuration), alarmNames[region]),
    ]);
    // an alarm that does not exist is not in ALARM: it may come with this deployment
    return { region, evacuated, unhealthyAlarms: [...alarms].filter(([, state]) => state === 'ALARM').map(([name]) => name) };
  } catch (error) {
    return { region, evacuated: [], unhealthyAlarms: [], error: (error as Error).name };
  }
}

async function evacuatedRegions(dynamodb: DynamoDBClient): Promise<string[]> {
  const found = await Promise.all(regions.map(async region => {
    try {
      const { Item } = await dynamodb.send(new GetItemCommand({
        TableName, Key: { pk: { S: evacuationKey(region) } }, ConsistentRead: true, ProjectionExpression: 'pk',
      }));
      return Item !== undefined;
    } catch (error) {
      // before the first deployment, or in a system without the switch, there is no table: nothing can be evacuated
      if ((error as Error).name === 'ResourceNotFoundException') return false;
      throw error;
    }
  }));
  return regions.filter((_, i) => found[i]);
}
