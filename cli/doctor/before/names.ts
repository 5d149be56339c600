import { APIGatewayClient, GetDomainNameCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LiteralName, NameKind, namesIn, newStacks } from './literal-names';
import { isProblem, settled } from '../../operate/answers';
import { isMissing } from '../../operate/problem';
import { RegionAccess } from '../../operate/region-access';
import { existingStacks, inEachRegion, unknownIn } from '../asking';
import { DoctorCheck, Finding } from '../check';

/** Asks whether something of a name exists. What is missing may also be said by an error. */
const ASK: Readonly<Record<NameKind, (access: RegionAccess, name: string) => Promise<boolean>>> = {
  'table': async (access, TableName) => {
    await (await access.client(DynamoDBClient)).send(new DescribeTableCommand({ TableName }));
    return true;
  },
  'event bus': async (access, Name) => {
    await (await access.client(EventBridgeClient)).send(new DescribeEventBusCommand({ Name }));
    return true;
  },
  'queue': async (access, QueueName) => {
    await (await access.client(SQSClient)).send(new GetQueueUrlCommand({ QueueName }));
    return true;
  },
  'function': async (access, FunctionName) => {
    await (await access.client(LambdaClient)).send(new GetFunctionCommand({ FunctionName }));
    return true;
  },
  'state machine': async (access, name) => {
    const { accountId, arn } = await access.identity();
    const stateMachineArn = `arn:${arn.split(':')[1]}:states:${access.region}:${accountId}:stateMachine:${name}`;
    await (await access.client(SFNClient)).send(new DescribeStateMachineCommand({ stateMachineArn }));
    return true;
  },
  'log group': async (access, logGroupNamePrefix) => {
    const { logGroups = [] } = await (await access.client(CloudWatchLogsClient)).send(new DescribeLogGroupsCommand({ logGroupNamePrefix, limit: 1 }));
    // the first one in alphabetical order is the shortest
    return logGroups[0]?.logGroupName === logGroupNamePrefix;
  },
  'domain name': async (access, domainName) => {
    await (await access.client(APIGatewayClient)).send(new GetDomainNameCommand({ domainName }));
    return true;
  },
};

/** Log groups are asked for one after the other: there may be five such calls a second. */
const IN_TURN: readonly NameKind[] = ['log group'];

export const NAMES: DoctorCheck = {
  name: 'names',
  claim: 'No name of what is yet to be made is taken.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html',
  examine: async patient => {
    const { system: { stacks }, accesses } = patient;
    const existing = await Promise.all(accesses.map(async access => ({
      region: access.region, found: await settled(existingStacks(stacks, access)),
    })));
    const unseen = existing.flatMap(({ region, found }) => (isProblem(found) ? [unknownIn(region, found.problem)] : []));
    const fresh = newStacks(stacks, new Map(existing.flatMap(({ region, found }) => (isProblem(found) ? [] : [[region, found.value] as const]))));
    const seeing = accesses.filter(({ region }) => !unseen.some(finding => finding.region === region));
    return [...unseen, ...await inEachRegion({ ...patient, accesses: seeing }, access => takenIn(access, namesIn(access.region, fresh)))];
  },
};

async function takenIn(access: RegionAccess, names: readonly LiteralName[]): Promise<Finding[]> {
  if (names.length === 0) return [{ region: access.region, verdict: 'ok', says: 'nothing with a name is yet to be made' }];
  const isInTurn = ({ kind }: LiteralName) => IN_TURN.includes(kind);
  const [one, all] = [names.filter(isInTurn), names.filter(name => !isInTurn(name))];
  return (await Promise.all([inTurn(access, one), ...all.map(async name => [await examineName(access, name)])])).flat();
}

async function inTurn(access: RegionAccess, names: readonly LiteralName[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of names) findings.push(await examineName(access, name));
  return findings;
}

async function examineName(access: RegionAccess, { kind, name, stackName, isKept }: LiteralName): Promise<Finding> {
  const { region } = access;
  const exists = await settled(existence(ASK[kind](access, name)));
  if (isProblem(exists)) return unknownIn(region, `${kind} ${name}: ${exists.problem}`);
  if (!exists.value) return { region, verdict: 'ok', says: `there is no ${kind} ${name} yet` };
  return {
    region,
    verdict: 'failed',
    says: `there is ${kind === 'event bus' ? 'an' : 'a'} ${kind} ${name} already, which ${stackName} is to make`,
    advice: isKept ? 'delete it, or take it over by "npx cdk deploy --import-existing-resources"' : 'delete it, or give the system another name',
  };
}

async function existence(asked: Promise<boolean>): Promise<boolean> {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
