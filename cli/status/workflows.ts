import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { RegionClients } from './region-clients';
import { LEDGER, nameOfEntry, openIn, SHARDS } from '../../src/replicated-workflow/ledger-schema';
import { LEDGER_TIMING, silenceAfter } from '../../src/replicated-workflow/ledger-timing';
import { isMissing } from '../operate/problem';
import { Identity } from '../operate/region-access';
import { SystemDescription, WorkflowDescription } from '../system/system-description';

/** The most entries that are counted, of each shard of a ledger or of each workflow. */
const MOST = 1000;

/** As far as they were counted. */
export interface Count {
  readonly count: number;
  /** Indicates whether there are more. */
  readonly isMore: boolean;
}

export interface WorkflowState {
  readonly workflow: string;
  /** The open entries of the ledger in the region, or the executions that run. */
  readonly open: Count;
  /** Entries that the sweeper should have looked at by now; only with a ledger. */
  readonly overdue?: Count;
  /** The name of the execution that is overdue for longest. */
  readonly oldest?: string;
}

/** Counts what is under way in a region, of all workflows that keep any record of it. */
export async function workflowsIn(
  { workflows }: SystemDescription, region: string, clients: RegionClients, identity: () => Promise<Identity>,
): Promise<WorkflowState[]> {
  return Promise.all(workflows.filter(({ isExpress, ledger }) => ledger !== undefined || !isExpress).map(async workflow => {
    try {
      return workflow.ledger === undefined
        ? { workflow: workflow.name, open: await running(workflow, region, await clients.of(SFNClient), await identity()) }
        : await inLedger(workflow.name, workflow.ledger, region, await clients.of(DynamoDBClient));
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new Error(`there is no ${workflow.ledger === undefined ? `workflow ${workflow.name}` : `table ${workflow.ledger}`}: it is not deployed there`, { cause: error });
    }
  }));
}

async function inLedger(workflow: string, ledger: string, region: string, dynamodb: DynamoDBClient): Promise<WorkflowState> {
  const shards = Array.from({ length: SHARDS }, (_, shard) => openIn(workflow, region, shard));
  const of = (shard: string, before?: number) => ({
    TableName: ledger,
    IndexName: LEDGER.INDEX,
    KeyConditionExpression: `${LEDGER.INDEX_PARTITION_KEY} = :shard${before === undefined ? '' : ` AND ${LEDGER.INDEX_SORT_KEY} < :before`}`,
    ExpressionAttributeValues: marshall({ ':shard': shard, ...before !== undefined && { ':before': before } }),
  });
  const counted = async (before?: number) => sum(await Promise.all(shards.map(async shard => {
    const { Count: count = 0, LastEvaluatedKey } = await dynamodb.send(new QueryCommand({ ...of(shard, before), Select: 'COUNT', Limit: MOST }));
    return { count, isMore: LastEvaluatedKey !== undefined };
  })));
  const open = await counted();
  if (open.count === 0) return { workflow, open, overdue: open };
  const before = Date.now() - silenceAfter(LEDGER_TIMING);
  const [overdue, firsts] = await Promise.all([
    counted(before),
    Promise.all(shards.map(async shard => (await dynamodb.send(new QueryCommand({ ...of(shard, before), Limit: 1 }))).Items ?? [])),
  ]);
  const [first] = firsts.flat().sort((a, b) => Number(a[LEDGER.INDEX_SORT_KEY].N) - Number(b[LEDGER.INDEX_SORT_KEY].N));
  return { workflow, open, overdue, ...first && { oldest: nameOfEntry(workflow, first[LEDGER.PARTITION_KEY].S!) } };
}

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
async function running({ name }: WorkflowDescription, region: string, sfn: SFNClient, { accountId, arn }: Identity): Promise<Count> {
  const partition = arn.split(':')[1];
  const { executions, nextToken } = await sfn.send(new ListExecutionsCommand({
    stateMachineArn: `arn:${partition}:states:${region}:${accountId}:stateMachine:${name}`, statusFilter: 'RUNNING', maxResults: MOST,
  }));
  return { count: executions?.length ?? 0, isMore: nextToken !== undefined };
}

/** Adds counts, each of which may have ended early. */
export function sum(counts: readonly Count[]): Count {
  return { count: counts.reduce((all, { count }) => all + count, 0), isMore: counts.some(({ isMore }) => isMore) };
}
