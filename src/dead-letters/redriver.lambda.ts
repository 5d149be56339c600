import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { redriveBusName } from './constants';
import { DeadEvent, redriveOf } from './redrive';
import { boundedClient, CallLimits } from '../system/bounded-client.lambda';
import { log } from '../system/log';

/** A dead letter takes up to two calls, and the function ends after 30 seconds. */
const LIMITS: CallLimits = { attempts: 3, attemptMillis: 4_000, callMillis: 13_000 };
const lambda = boundedClient(LambdaClient, LIMITS);
const sqs = boundedClient(SQSClient, LIMITS);
const eventBridge = boundedClient(EventBridgeClient, LIMITS);

/** Sends each dead letter to what it was meant for. One that cannot be sent goes back to the dead-letter queue. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await Promise.all(event.Records.map(async ({ messageId, body, messageAttributes }) => {
    try {
      await send(redriveOf({ body, messageAttributes }));
      return [];
    } catch (error) {
      log.error('not redriven', { message_id: messageId, error });
      return [{ itemIdentifier: messageId }];
    }
  }));
  return { batchItemFailures: failed.flat() };
}

async function send(redrive: ReturnType<typeof redriveOf>): Promise<void> {
  switch (redrive.to) {
    case 'function':
      await lambda.send(new InvokeCommand({ FunctionName: redrive.functionArn, InvocationType: 'Event', Payload: Buffer.from(redrive.payload) }));
      return;
    case 'queue': {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: redrive.queueArn.split(':')[5] }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: redrive.body }));
      return;
    }
    case 'bus':
      await forward(redrive.busArn, redrive.event);
      return;
    case 'nowhere':
  }
}

/**
 * Forwards an event to a peer by a bus of this region. Published on the peer's own bus, it would be one of the peer's, and go to all regions once more. So it is published here, on a bus
 * whose rules send it on to the one peer that its resources name.
 */
async function forward(busArn: string, event: DeadEvent): Promise<void> {
  const { Entries } = await eventBridge.send(new PutEventsCommand({
    Entries: [{
      EventBusName: redriveBusName(busArn.split(':event-bus/')[1]),
      Source: event.source,
      DetailType: event['detail-type'],
      Time: new Date(event.time),
      Resources: [...event.resources, busArn],
      Detail: JSON.stringify(event.detail),
    }],
  }));
  const refused = Entries?.find(({ ErrorCode }) => ErrorCode);
  if (refused) {
    throw new Error(`the event was refused: ${refused.ErrorCode}`);
  }
}
