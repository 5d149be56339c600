import { DescribeExecutionCommand, ExecutionListItem, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { examineDescribed, inEachRegion, nothingToLookAt } from './looking';
import { RegionAccess } from '../../operate/region-access';
import { WorkflowDescription } from '../../system/system-description';
import { DoctorCheck, Finding } from '../check';

export const EXECUTION_ARNS: DoctorCheck = {
  name: 'execution-arns',
  claim: 'The ARN of an execution names no alias, so that its name finds it, whatever it was started by.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html',
  isTrial: true,
  examine: examineDescribed('which workflows there are', async (patient, { workflows }) => {
    const listed = workflows.filter(({ isExpress }) => !isExpress);
    if (listed.length === 0) return nothingToLookAt('no workflow whose executions can be listed');
    return inEachRegion(patient, async access => Promise.all(listed.map(workflow => lastExecution(access, workflow))));
  }),
};

async function lastExecution(access: RegionAccess, { name }: WorkflowDescription): Promise<Finding> {
  const { region } = access;
  const [client, { accountId, arn }] = await Promise.all([access.client(SFNClient), access.identity()]);
  const stateMachineArn = `arn:${arn.split(':')[1]}:states:${region}:${accountId}:stateMachine:${name}`;
  const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
  if (executions.length === 0) return { region, verdict: 'unknown', says: `${name} has no execution to look at yet` };
  const { stateMachineAliasArn } = await client.send(new DescribeExecutionCommand({ executionArn: executions[0].executionArn }));
  return arnFinding(region, stateMachineArn, executions[0], stateMachineAliasArn);
}

/** Judges the ARN of an execution by its name. */
export function arnFinding(region: string, stateMachineArn: string, { executionArn, name }: Pick<ExecutionListItem, 'executionArn' | 'name'>, aliasArn: string | undefined): Finding {
  const wanted = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  if (executionArn !== wanted) {
    return { region, verdict: 'failed', says: `an execution has the ARN ${executionArn} instead of ${wanted}`, advice: 'report it: peers look for executions by such ARNs' };
  }
  const workflow = stateMachineArn.split(':').at(-1);
  if (aliasArn === undefined) return { region, verdict: 'unknown', says: `the last execution of ${workflow} was not started by an alias` };
  return { region, verdict: 'ok', says: `the last execution of ${workflow} was started by an alias, and its ARN names none` };
}
