import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE_NAME, STATE_MACHINE_ARN } from './constants';
import { LedgerTable } from './ledger-table.lambda';
import { recordEnd } from './protocol';
import { boundedClient } from '../system/bounded-client.lambda';

const [, , , , , , workflow] = process.env[STATE_MACHINE_ARN]!.split(':');
// one call, and the function ends after 10 seconds
const dynamodb = boundedClient(DynamoDBClient, { attempts: 3, attemptMillis: 2_500, callMillis: 8_000 });
const table = new LedgerTable(dynamodb, process.env[LEDGER_TABLE_NAME]!, workflow, process.env.AWS_REGION!);

/** Writes the end of an execution to the ledger. What it misses, the sweeper finds. */
export async function handler(event: unknown): Promise<void> {
  await recordEnd(event, table);
}
