import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Answer, isProblem, settled } from '../../operate/answers';
import { isUnknownHost } from '../../operate/problem';
import { RegionAccess } from '../../operate/region-access';
import { StackArtifact } from '../../system/cloud-assembly';
import { inEachRegion, unknownIn } from '../asking';
import { DoctorCheck, Finding } from '../check';

interface Service {
  readonly name: string;
  /** The prefix of the types of its resources. */
  readonly types: string;
  /** Reads something that is cheap, and that changes nothing. */
  ask(access: RegionAccess): Promise<unknown>;
}

/** The services that can be asked. */
const SERVICES: readonly Service[] = [
  { name: 'CloudFormation', types: 'AWS::', ask: async access => (await access.client(CloudFormationClient)).send(new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] })) },
  { name: 'DynamoDB', types: 'AWS::DynamoDB::', ask: async access => (await access.client(DynamoDBClient)).send(new ListTablesCommand({ Limit: 1 })) },
  { name: 'EventBridge', types: 'AWS::Events::', ask: async access => (await access.client(EventBridgeClient)).send(new ListEventBusesCommand({ Limit: 1 })) },
  { name: 'Lambda', types: 'AWS::Lambda::', ask: async access => (await access.client(LambdaClient)).send(new GetAccountSettingsCommand({})) },
  { name: 'Step Functions', types: 'AWS::StepFunctions::', ask: async access => (await access.client(SFNClient)).send(new ListStateMachinesCommand({ maxResults: 1 })) },
  { name: 'SQS', types: 'AWS::SQS::', ask: async access => (await access.client(SQSClient)).send(new ListQueuesCommand({ MaxResults: 1 })) },
  { name: 'API Gateway', types: 'AWS::ApiGateway::', ask: async access => (await access.client(APIGatewayClient)).send(new GetRestApisCommand({ limit: 1 })) },
  { name: 'CloudWatch', types: 'AWS::CloudWatch::', ask: async access => (await access.client(CloudWatchClient)).send(new DescribeAlarmsCommand({ MaxRecords: 1 })) },
  { name: 'CloudWatch Logs', types: 'AWS::Logs::', ask: async access => (await access.client(CloudWatchLogsClient)).send(new DescribeLogGroupsCommand({ limit: 1 })) },
  { name: 'Certificate Manager', types: 'AWS::CertificateManager::', ask: async access => (await access.client(ACMClient)).send(new ListCertificatesCommand({ MaxItems: 1 })) },
  { name: 'Route 53', types: 'AWS::Route53::', ask: async access => (await access.client(Route53Client)).send(new ListHostedZonesCommand({ MaxItems: 1 })) },
];

export const SERVICES_CHECK: DoctorCheck = {
  name: 'services',
  claim: 'Each region has the services that the app uses and that can be asked.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/general/latest/gr/rande.html',
  examine: async patient => inEachRegion(patient, async access => {
    // where nothing has an address, it is the way there that is broken
    const region = await settled(access.identity());
    return Promise.all(servicesOf(access.region, patient.system.stacks).map(async ({ name, ask }) => {
      const answer = await settled(endpointOf(ask(access)));
      return judgeService(access.region, name, answer, !isProblem(region));
    }));
  }),
};

/** Returns the services that are needed in a region: by the types of the resources of its stacks. */
export function servicesOf(region: string, stacks: readonly StackArtifact[]): readonly Service[] {
  const resources = stacks.filter(stack => stack.region === region).flatMap(({ template }) => Object.values(template.Resources ?? {}));
  return SERVICES.filter(service => resources.some(({ Type }) => Type.startsWith(service.types)));
}

/** Judges whether a service answers; nothing if it has no endpoint in the region. */
export function judgeService(region: string, name: string, answer: Answer<boolean>, isRegionThere: boolean): Finding {
  if (isProblem(answer)) return unknownIn(region, `${name}: ${answer.problem}`);
  if (answer.value) return { region, verdict: 'ok', says: `${name} answers` };
  if (!isRegionThere) return unknownIn(region, `${name}: its endpoint is not found, as that of no service`);
  return { region, verdict: 'failed', says: `${name} has no endpoint here`, advice: 'choose a region that has all services of the app' };
}

/** Returns whether there is an endpoint: any answer but that there is no such host says so. */
async function endpointOf(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (isUnknownHost(error)) return false;
    throw error;
  }
}
