/** The sources of handlers that do with Powertools for AWS Lambda what handlers of the library do; they are bundled where Powertools is installed. */

/** Starts one execution for a key: idempotency of Powertools, kept in a table. */
export const STARTER = `
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

const logger = new Logger({ serviceName: 'starter' });
const sfn = new SFNClient({});
const config = new IdempotencyConfig({ eventKeyJmesPath: 'detail.orderId' });
const start = makeIdempotent(async (event: { detail: { orderId: string } }) => {
  await sfn.send(new StartExecutionCommand({ stateMachineArn: process.env.STATE_MACHINE_ARN, name: event.detail.orderId, input: JSON.stringify(event) }));
  return { started: event.detail.orderId };
}, { persistenceStore: new DynamoDBPersistenceLayer({ tableName: process.env.LEDGER_TABLE_NAME! }), config });

export async function handler(event: { Records: { messageId: string; body: string }[] }, context: any) {
  config.registerLambdaContext(context);
  const failed = await Promise.all(event.Records.map(async ({ messageId, body }) => {
    try {
      await start(JSON.parse(body));
      return [];
    } catch (error) {
      logger.error('not started', { message_id: messageId, error: error as Error });
      return [{ itemIdentifier: messageId }];
    }
  }));
  return { batchItemFailures: failed.flat() };
}
`;

/** Writes a line of the log with Powertools. */
export const LOGGER = `
import { Logger } from '@aws-lambda-powertools/logger';
const logger = new Logger({ serviceName: 'f' });
export async function handler() {
  logger.info('order taken', { correlation_id: 'c-1', order_id: 'o-1' });
}
`;

/** Writes the same line with the log of the library. */
export const OWN_LOGGER = `
import { log } from './src/system/log';
export async function handler() {
  log.info('order taken', { correlation_id: 'c-1', order_id: 'o-1' });
}
`;
