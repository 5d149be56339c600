import { authorizationFor } from '../../cli/rehearsal/regions/authorization';
import { LocalRegion } from '../../cli/rehearsal/regions/local-region';

export interface DeployedStack {
  readonly status: string;
  readonly created: number;
}

/** Returns the stacks of a local region, by name, but for what the CDK CLI needs itself. */
export async function deployedStacks({ name, endpoint }: LocalRegion): Promise<Record<string, DeployedStack>> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...authorizationFor('cloudformation', name) },
    body: 'Action=DescribeStacks&Version=2010-05-15',
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`CloudFormation in ${name} answers ${answer.status}: ${text}`);
  const stacks = text.split('<StackName>').slice(1).map(stack => {
    const valueOf = (element: string) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(stack)![1];
    return [stack.slice(0, stack.indexOf('<')), { status: valueOf('StackStatus'), created: Date.parse(valueOf('CreationTime')) }] as const;
  });
  return Object.fromEntries(stacks.filter(([stack, { status }]) => stack !== 'CDKToolkit' && status !== 'DELETE_COMPLETE').sort());
}
