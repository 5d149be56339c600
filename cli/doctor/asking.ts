import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { Finding, Patient } from './check';
import { isProblem, settled, settledWithin } from '../operate/answers';
import { RegionAccess } from '../operate/region-access';
import { StackArtifact } from '../system/cloud-assembly';

/** The time for all answers of a region to a check, as a multiple of that for one answer. */
export const ANSWERS = 5;

/** Asks a region for what a check is about. */
export type AskRegion = (access: RegionAccess) => Promise<readonly Finding[]>;

/** Asks all regions side by side; what a region does not answer is a finding of its own, and costs the others nothing. */
export async function inEachRegion({ accesses, seconds }: Patient, ask: AskRegion): Promise<Finding[]> {
  const found = await Promise.all(accesses.map(async access => {
    const answer = await settledWithin(seconds * ANSWERS, ask(access));
    return isProblem(answer) ? [unknownIn(access.region, answer.problem)] : answer.value;
  }));
  return found.flat();
}

/** Returns the finding for a region where nobody answered, or access was denied. */
export const unknownIn = (region: string | undefined, problem: string): Finding => ({ region, verdict: 'unknown', says: problem });

/** Asks one region after the other until one answers, for what is the same everywhere. Throws what the last one said. */
export async function inAnyRegion<T>({ accesses }: Patient, ask: (access: RegionAccess) => Promise<T>): Promise<T> {
  let problem = 'there is no region';
  for (const access of accesses) {
    const answer = await settled(ask(access));
    if (!isProblem(answer)) return answer.value;
    ({ problem } = answer);
    // it is the same service that refused, and will refuse again
    if (!answer.isSilent) break;
  }
  throw new Error(problem);
}

/** Returns the stacks of the system that a region has. */
export async function existingStacks(stacks: readonly StackArtifact[], access: RegionAccess): Promise<ReadonlySet<string>> {
  const client = await access.client(CloudFormationClient);
  const names = stacks.filter(({ region }) => region === access.region).map(({ stackName }) => stackName);
  const found = await Promise.all(names.map(async name => (await stackOf(client, name) ? [name] : [])));
  return new Set(found.flat());
}

/**
 * Returns a stack by its name; nothing if there is none, or no more than a change set that would make it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function stackOf(client: CloudFormationClient, StackName: string) {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    return stack?.StackStatus === 'REVIEW_IN_PROGRESS' ? undefined : stack;
  } catch (error) {
    if ((error as Error).name === 'ValidationError' && /does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}
