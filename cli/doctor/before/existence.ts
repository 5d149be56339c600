import { APIGatewayClient, GetDomainNameCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isMissing } from '../../operate/problem';
import { RegionAccess } from '../../operate/region-access';
import { NamedKind } from '../../system/named-resources';

/** The kinds of what can be asked for by its name. */
export type NameKind = Exclude<NamedKind, 'layer' | 'role' | 'parameter'>;

/** Asks for something by its name. What is missing is said by `false` or by an error. */
const ASK: Readonly<Record<NameKind, (access: RegionAccess, name: string) => Promise<unknown>>> = {
  'table': async (access, TableName) => (await access.client(DynamoDBClient)).send(new DescribeTableCommand({ TableName })),
  'event bus': async (access, Name) => (await access.client(EventBridgeClient)).send(new DescribeEventBusCommand({ Name })),
  'queue': async (access, QueueName) => (await access.client(SQSClient)).send(new GetQueueUrlCommand({ QueueName })),
  'function': async (access, FunctionName) => (await access.client(LambdaClient)).send(new GetFunctionCommand({ FunctionName })),
  'state machine': async (access, name) => {
    const { accountId, arn } = await access.identity();
    const stateMachineArn = `arn:${arn.split(':')[1]}:states:${access.region}:${accountId}:stateMachine:${name}`;
    return (await access.client(SFNClient)).send(new DescribeStateMachineCommand({ stateMachineArn }));
  },
  'log group': async (access, logGroupNamePrefix) => {
    const { logGroups = [] } = await (await access.client(CloudWatchLogsClient)).send(new DescribeLogGroupsCommand({ logGroupNamePrefix, limit: 1 }));
    // the first one in alphabetical order is the shortest
    return logGroups[0]?.logGroupName === logGroupNamePrefix;
  },
  'domain name': async (access, domainName) => (await access.client(APIGatewayClient)).send(new GetDomainNameCommand({ domainName })),
};

/** Returns whether it can be asked for. */
export const isAskable = (kind: NamedKind): kind is NameKind => kind in ASK;

/** Returns whether a region has something of a name. */
export async function exists(access: RegionAccess, kind: NameKind, name: string): Promise<boolean> {
  try {
    return await ASK[kind](access, name) !== false;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
