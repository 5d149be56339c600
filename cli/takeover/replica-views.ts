import { DescribeExecutionCommand, ExecutionDoesNotExist, ExecutionStatus, SFNClient } from '@aws-sdk/client-sfn';
import { AskedWorkflow } from './asked-workflow';
import { KnownEntry, LedgerReplica } from './ledger-replica';
import { Answer, isProblem, settledWithin, valueOf } from '../operate/answers';
import { AskedSystem } from '../operate/asked-system';
import { executionNamesOf } from '../operate/execution-names';
import { isMissing } from '../operate/problem';
import { Identity, RegionAccess } from '../operate/region-access';
import { NothingDone, requireAnswers } from '../operate/requirements';

/** The view that one region has of an execution. */
export interface ReplicaView {
  readonly region: string;
  /** The entries of all regions, as its replica has them. */
  readonly entries: Answer<readonly KnownEntry[]>;
  /** The time at which each region has sent its last heartbeat, as its replica has it. */
  readonly heartbeats: Answer<ReadonlyMap<string, number>>;
  /** The execution in this region; `NONE` if there is none. */
  readonly execution: Answer<ExecutionStatus | 'NONE'>;
}

/** The views of all regions. */
export interface Views {
  /** The name of the execution. */
  readonly execution: string;
  readonly regions: readonly ReplicaView[];
}

/** A name of an execution as Step Functions takes it from this library. */
const NAME = /^[A-Za-z0-9_-]{1,80}$/;

/** Asks all regions side by side what they know of a key. Throws one line if none can be asked, or if the key may mean several executions. */
export async function viewsOf(
  system: AskedSystem, workflow: AskedWorkflow, key: string, accesses: readonly RegionAccess[], seconds: number,
): Promise<Views> {
  const names = executionNamesOf(key).filter(name => NAME.test(name));
  const asked = await Promise.all(accesses.map(async access => {
    const replica = new LedgerReplica(access, workflow);
    const [entries, heartbeats, identity] = await Promise.all([
      settledWithin(seconds, deployed(workflow, Promise.all(names.map(async name => [name, await replica.entries(name)] as const)))),
      settledWithin(seconds, deployed(workflow, replica.heartbeats())),
      settledWithin(seconds, access.identity()),
    ]);
    return { access, entries, heartbeats, identity };
  }));
  requireAnswers(system, asked.map(({ access, entries, identity }) => ({ region: access.region, answer: entries, identity })));

  const known = names.filter(name => asked.some(({ entries }) => valueOf(entries)?.some(([one, found]) => one === name && found.length > 0)));
  if (known.length > 1) throw new NothingDone(`${key} may be any of several executions: name one of ${known.join(', ')}`);
  const execution = known[0] ?? names[0];
  const regions = await Promise.all(asked.map(async ({ access, entries, heartbeats, identity }) => ({
    region: access.region,
    entries: isProblem(entries) ? entries : { value: entries.value.find(([name]) => name === execution)![1] },
    heartbeats,
    execution: isProblem(identity) ? identity : await settledWithin(seconds, executionIn(access, identity.value, workflow, execution)),
  })));
  return { execution, regions };
}

async function executionIn(access: RegionAccess, { arn, accountId }: Identity, { name: workflow }: AskedWorkflow, name: string): Promise<ExecutionStatus | 'NONE'> {
  const [, partition] = arn.split(':');
  try {
    const { status } = await (await access.client(SFNClient)).send(new DescribeExecutionCommand({
      executionArn: `arn:${partition}:states:${access.region}:${accountId}:execution:${workflow}:${name}`,
      // its input is none of an operator's business. https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
      includedData: 'METADATA_ONLY',
    }));
    return status!;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return 'NONE';
    throw error;
  }
}

/** Says in plain words that the table of a workflow is not there. */
async function deployed<T>({ name, ledger }: AskedWorkflow, question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Error(`${name} is not deployed there, or nobody takes it over: there is no table ${ledger}`, { cause: error });
  }
}
