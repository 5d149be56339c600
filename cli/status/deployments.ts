import { CloudFormationClient, paginateListStacks, StackStatus } from '@aws-sdk/client-cloudformation';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { RegionClients } from './region-clients';
import { isMissing } from '../operate/problem';
import { SystemDescription } from '../system/system-description';

/** States that end by themselves, and those that do not: all but the ones in which a stack is as it was meant to be, or gone. */
const STATES = Object.values(StackStatus).filter(state => /IN_PROGRESS|FAILED|ROLLBACK/.test(state));

export interface StackState {
  readonly stack: string;
  readonly status: string;
}

/** A function that a part of its requests is answered by another version of. */
export interface Canary {
  readonly function: string;
  readonly version: string;
  /** The part of the requests, from 0 to 1. */
  readonly weight: number;
}

export interface Deployments {
  readonly stacks: readonly StackState[];
  readonly canaries: readonly Canary[];
}

/** Looks for stacks that are being changed, or have not become what they should. Only where one is being changed, aliases are asked whether they lead to two versions. */
export async function deploymentsIn(
  system: { readonly name: string; readonly stackNames: readonly string[]; readonly description?: SystemDescription }, clients: RegionClients,
): Promise<Deployments> {
  const stacks: StackState[] = [];
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
  for await (const { StackSummaries } of paginateListStacks({ client: await clients.of(CloudFormationClient) }, { StackStatusFilter: STATES })) {
    stacks.push(...(StackSummaries ?? []).map(({ StackName, StackStatus: status }) => ({ stack: StackName!, status: status! })));
  }
  const own = stacks.filter(({ stack }) => (system.stackNames.length === 0 ? stack.startsWith(`${system.name}-`) : system.stackNames.includes(stack)));
  return { stacks: own, canaries: own.some(isUnderWay) ? await canariesOf(system.description, await clients.of(LambdaClient)) : [] };
}

/** Returns whether a stack is being changed, and not back to what it was. */
export const isUnderWay = ({ status }: StackState): boolean => status.endsWith('IN_PROGRESS') && !status.includes('ROLLBACK');

async function canariesOf(description: SystemDescription | undefined, lambda: LambdaClient): Promise<Canary[]> {
  const functions = description?.functions ?? [];
  const found = await Promise.all(functions.map(async ({ name, alias }) => (alias === undefined ? [] : canaryOf(lambda, name, alias))));
  return found.flat();
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html */
async function canaryOf(lambda: LambdaClient, name: string, alias: string): Promise<Canary[]> {
  try {
    const { RoutingConfig } = await lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias }));
    return Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {}).map(([version, weight]) => ({ function: name, version, weight }));
  } catch (error) {
    // it comes with the stack that is being deployed
    if (isMissing(error)) return [];
    throw error;
  }
}
