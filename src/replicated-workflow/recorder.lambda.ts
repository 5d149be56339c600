import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE_NAME, STATE_MACHINE_ARN } from './constants';
import { LedgerTable } from './ledger-table.lambda';
import { recordEnd } from './protocol';

const [, , , , , , workflow] = process.env[STATE_MACHINE_ARN]!.split(':');
const table = new LedgerTable(new DynamoDBClient({}), process.env[LEDGER_TABLE_NAME]!, workflow, process.env.AWS_REGION!);

/** Writes the end of an execution to the ledger. What it misses, the sweeper finds. */
export async function handler(event: unknown): Promise<void> {
  await recordEnd(event, table);
}
