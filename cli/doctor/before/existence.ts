import { APIGatewayClient, GetDomainNameCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NameKind } from './literal-names';
import { isMissing } from '../../operate/problem';
import { RegionAccess } from '../../operate/region-access';

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

/** Returns whether a region has something of a name. */
export async function exists(access: RegionAccess, kind: NameKind, name: string): Promise<boolean> {
  try {
    return await ASK[kind](access, name);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
