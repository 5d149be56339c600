import { setTimeout } from 'timers/promises';
import { DescribeTableCommand, DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { STREAM_ARN } from './constants';
import { boundedClient } from '../system/bounded-client.lambda';

/** The time of the function that is left for the answer. */
const ANSWER_MS = 10_000;
const PAUSE_MS = 1_000;
/** CloudFormation takes answers of up to 4096 bytes. */
const REASON_LENGTH = 1_000;

// one that does not end at the deadline leaves the answer its time
const dynamodb = boundedClient(DynamoDBClient, { attempts: 2, attemptMillis: 2_000, callMillis: 4_000 });

interface Outcome {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly Data?: { [name: string]: string };
}

/**
 * Answers CloudFormation with the ARN of a table's stream in this region. An error is sent to CloudFormation, which shows it to whoever
 * deploys.
 */
export async function handler(event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const deadline = Date.now() + context.getRemainingTimeInMillis() - ANSWER_MS;
  const outcome = await outcomeOf(event, deadline)
    .catch((error): Outcome => ({ Status: 'FAILED', Reason: String(error).slice(0, REASON_LENGTH) }));
  await answer(event, outcome);
}

async function outcomeOf(event: CloudFormationCustomResourceEvent, deadline: number): Promise<Outcome> {
  if (event.RequestType === 'Delete') {
    return { Status: 'SUCCESS' };
  }
  return { Status: 'SUCCESS', Data: { [STREAM_ARN]: await streamArn(event.ResourceProperties.TableName, deadline) } };
}

/** Tries again what may pass: a permission that this very deployment gave takes some seconds to be known everywhere. */
async function streamArn(TableName: string, deadline: number): Promise<string> {
  for (;;) {
    try {
      const abortSignal = AbortSignal.timeout(Math.max(1, deadline - Date.now()));
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }), { abortSignal });
      if (!Table?.LatestStreamArn) throw new NoStream(`the table ${TableName} has no stream in ${process.env.AWS_REGION}`);
      return Table.LatestStreamArn;
    } catch (error) {
      if (error instanceof NoStream || error instanceof ResourceNotFoundException || Date.now() + PAUSE_MS >= deadline) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}

class NoStream extends Error {}

/** Throws if CloudFormation's bucket cannot be reached, so that Lambda invokes the function again. */
async function answer(event: CloudFormationCustomResourceEvent, outcome: Outcome): Promise<void> {
  const response = await fetch(event.ResponseURL, {
    method: 'PUT',
    // the URL is signed for exactly this
    headers: { 'content-type': '' },
    body: JSON.stringify({
      ...outcome,
      PhysicalResourceId: 'PhysicalResourceId' in event ? event.PhysicalResourceId : `${event.ResourceProperties.TableName}-stream`,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    }),
    signal: AbortSignal.timeout(ANSWER_MS / 2),
  });
  if (!response.ok) {
    throw new Error(`CloudFormation's bucket answered ${response.status}`);
  }
}
