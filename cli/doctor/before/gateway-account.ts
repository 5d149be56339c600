import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { Resource, StackArtifact } from '../../system/cloud-assembly';
import { existingStacks, inEachRegion } from '../asking';
import { DoctorCheck, Finding } from '../check';

export const GATEWAY_ACCOUNT: DoctorCheck = {
  name: 'gateway-account',
  claim: 'API Gateway may write the logs of the APIs, by a role that is set once for each account and region.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html',
  examine: async patient => inEachRegion(patient, async access => {
    const need = needOf(access.region, patient.system.stacks);
    if (need.setBy === undefined && !need.logs) return [{ region: access.region, verdict: 'ok', says: 'no API writes logs' }];
    const { cloudwatchRoleArn } = await (await access.client(APIGatewayClient)).send(new GetAccountCommand({}));
    const isSet = need.setBy !== undefined && (await existingStacks(patient.system.stacks, access)).has(need.setBy);
    return [judgeAccount(access.region, need, cloudwatchRoleArn, isSet)];
  }),
};

/** The need for that role, by the templates of a region. */
export interface RoleNeed {
  /** Indicates whether an API writes logs. */
  readonly logs: boolean;
  /** The name of the stack that sets the role. */
  readonly setBy?: string;
}

interface StageProperties {
  readonly AccessLogSetting?: object;
  readonly MethodSettings?: ReadonlyArray<{ readonly LoggingLevel?: string }>;
}

export function needOf(region: string, stacks: readonly StackArtifact[]): RoleNeed {
  const all = stacks.filter(stack => stack.region === region).flatMap(({ stackName, template }) => (
    Object.values(template.Resources ?? {}).map(resource => ({ stackName, resource }))));
  return {
    logs: all.some(({ resource }) => resource.Type === 'AWS::ApiGateway::Stage' && writesLogs(resource)),
    setBy: all.find(({ resource }) => resource.Type === 'AWS::ApiGateway::Account')?.stackName,
  };
}

function writesLogs({ Properties }: Resource): boolean {
  const { AccessLogSetting, MethodSettings = [] } = (Properties ?? {}) as StageProperties;
  return AccessLogSetting !== undefined || MethodSettings.some(({ LoggingLevel = 'OFF' }) => LoggingLevel !== 'OFF');
}

/** @param isSet whether the stack that sets it is there */
export function judgeAccount(region: string, { setBy }: RoleNeed, role: string | undefined, isSet: boolean): Finding {
  const is = role === undefined ? 'no role is set' : `the role is ${role}`;
  if (setBy === undefined) {
    if (role !== undefined) return { region, verdict: 'ok', says: is };
    return { region, verdict: 'failed', says: `${is}, and no stack sets one`, advice: 'aws apigateway update-account --patch-operations op=replace,path=/cloudwatchRoleArn,value=<role>' };
  }
  if (isSet) {
    if (role !== undefined) return { region, verdict: 'ok', says: is };
    return { region, verdict: 'failed', says: `${is}, though ${setBy} has set one: somebody has taken it away`, advice: `set the role of ${setBy} again, by "aws apigateway update-account"` };
  }
  if (role === undefined) return { region, verdict: 'ok', says: `${is}, and ${setBy} will set one` };
  return { region, verdict: 'warning', says: `${is}, and ${setBy} will replace it`, advice: 'see that nobody deletes the new role, since all APIs of the region then use it' };
}
