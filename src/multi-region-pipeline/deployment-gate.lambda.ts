import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient, GetPipelineStateCommand, PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ALARM_NAMES, GateQuestion, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';
import { parseLost, refusals, RegionReport } from './gate-decision';
import { CONTROL_TABLE_NAME, evacuationKey } from '../evacuation-switch/constants';
import { log } from '../system/log';

const pipelineName = process.env[PIPELINE_NAME]!;
const regions = process.env[SYSTEM_REGIONS]!.split(',');
const TableName = process.env[CONTROL_TABLE_NAME]!;
const alarmNames = JSON.parse(process.env[ALARM_NAMES]!) as Record<string, string[]>;
const roleArns = JSON.parse(process.env[ROLE_ARNS]!) as Record<string, string>;

const codePipeline = new CodePipelineClient({});
const sts = new STSClient({});
// A region that is lost does not answer at all: there must be time left to say so
const patience = { maxAttempts: 2, requestHandler: { requestTimeout: 8000, connectionTimeout: 3000, throwOnRequestTimeout: true } };

/** What CodePipeline sends. It holds credentials as well, so it must never be logged. */
interface JobEvent {
  readonly 'CodePipeline.job'?: { readonly id: string };
}

/**
 * Answers a stage's question in both ways that there are: to CodePipeline, as a function that an action invokes must, and by failing or not. Which one a rule
 * looks at is not documented. Every error in here is a refusal.
 */
export async function handler(event: JobEvent): Promise<void> {
  const reasons = await ask(event).catch((error: Error) => [`the gate itself failed (${error.name}: ${error.message})`]);
  const jobId = event['CodePipeline.job']?.id;
  const message = reasons.join('; ');
  log.info('answered', { job_id: jobId, answer: message || 'may be deployed to' });
  if (reasons.length === 0) {
    if (jobId) await codePipeline.send(new PutJobSuccessResultCommand({ jobId, executionDetails: { summary: 'may be deployed to' } }));
    return;
  }
  if (jobId) {
    await codePipeline.send(new PutJobFailureResultCommand({ jobId, failureDetails: { type: 'JobFailed', message: message.slice(0, 2000) } }));
  }
  throw new Error(message);
}

async function ask(event: JobEvent): Promise<string[]> {
  const parameters = find(event, 'UserParameters');
  if (parameters === undefined) {
    throw new Error('no UserParameters');
  }
  const { stage, targets, lost } = JSON.parse(parameters) as GateQuestion;
  if (await isRollback(stage)) return [];
  const lostRegions = parseLost(lost, regions);
  return refusals(targets, lostRegions, await Promise.all(regions.filter(region => !lostRegions.includes(region)).map(report)));
}

/** A rollback would never get in if it had to wait until the alarm that it is for is in OK. */
async function isRollback(stageName: string): Promise<boolean> {
  const { stageStates = [] } = await codePipeline.send(new GetPipelineStateCommand({ name: pipelineName }));
  const { latestExecution, inboundExecutions = [] } = stageStates.find(state => state.stageName === stageName) ?? {};
  // what has ended stays the latest until the next one enters
  return [latestExecution, ...inboundExecutions].some(execution => execution?.type === 'ROLLBACK' && execution.status === 'InProgress');
}

async function report(region: string): Promise<RegionReport> {
  try {
    const client = { region, credentials: await credentialsFor(region), ...patience };
    const [evacuated, unhealthyAlarms] = await Promise.all([
      evacuatedRegions(new DynamoDBClient(client)),
      alarmsInAlarm(new CloudWatchClient(client), region),
    ]);
    return { region, evacuated, unhealthyAlarms };
  } catch (error) {
    return { region, evacuated: [], unhealthyAlarms: [], error: (error as Error).name };
  }
}

async function credentialsFor(region: string) {
  const RoleArn = roleArns[region];
  if (!RoleArn) return undefined;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'deployment-gate' }));
  return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken };
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

/** An alarm that does not exist is not in ALARM: it may come with this deployment. */
async function alarmsInAlarm(cloudWatch: CloudWatchClient, region: string): Promise<string[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({
    AlarmNames: alarmNames[region], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], StateValue: 'ALARM',
  }));
  return [...MetricAlarms, ...CompositeAlarms].map(alarm => alarm.AlarmName!);
}

/** A text somewhere in an event: that of an action is documented, that of a rule is not. */
function find(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const own = (value as Record<string, unknown>)[key];
  if (typeof own === 'string') return own;
  return Object.values(value).map(inner => find(inner, key)).find(found => found !== undefined);
}
