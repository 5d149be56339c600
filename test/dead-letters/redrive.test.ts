import { redriveOf } from '../../src/dead-letters/redrive';

const EVENT = { 'source': 'orders', 'detail-type': 'OrderPlaced', 'time': '2026-11-22T10:00:00Z', 'region': 'us-west-2', 'resources': [], 'detail': { orderId: 'o-1' } };
const undelivered = (target: string) => ({ body: JSON.stringify(EVENT), messageAttributes: { TARGET_ARN: { stringValue: target } } });

describe('a dead letter is redriven', () => {
  test('to the function that EventBridge could not invoke, with the event', () => {
    const functionArn = 'arn:aws:lambda:us-west-2:111122223333:function:Shop-Notify:live';
    expect(redriveOf(undelivered(functionArn))).toEqual({ to: 'function', functionArn, payload: JSON.stringify(EVENT) });
  });

  test('to the queue that EventBridge could not send to, with the event', () => {
    const queueArn = 'arn:aws:sqs:us-west-2:111122223333:Shop-Queue';
    expect(redriveOf(undelivered(queueArn))).toEqual({ to: 'queue', queueArn, body: JSON.stringify(EVENT) });
  });

  test('to the peer that did not take it', () => {
    const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/shop';
    expect(redriveOf(undelivered(busArn))).toEqual({ to: 'bus', busArn, event: EVENT });
  });

  test('nowhere, if it is a heartbeat: that is late', () => {
    const { messageAttributes } = undelivered('arn:aws:events:eu-west-1:111122223333:event-bus/shop');
    expect(redriveOf({ body: JSON.stringify({ ...EVENT, source: 'cdk-multi-region' }), messageAttributes })).toEqual({ to: 'nowhere' });
  });

  test('to the function that failed at it, with what that was invoked with', () => {
    const functionArn = 'arn:aws:lambda:us-west-2:111122223333:function:Shop-Notify:live';
    const record = { version: '1.0', requestContext: { functionArn, condition: 'RetriesExhausted' }, requestPayload: EVENT, responsePayload: { errorMessage: 'no' } };
    expect(redriveOf({ body: JSON.stringify(record), messageAttributes: {} })).toEqual({ to: 'function', functionArn, payload: JSON.stringify(EVENT) });
  });

  test.each<[string, any]>([
    ['it names a target of another service', undelivered('arn:aws:kinesis:us-west-2:111122223333:stream/x')],
    ['it names nothing', { body: JSON.stringify(EVENT), messageAttributes: {} }],
    ['EventBridge could not decrypt its event', {
      ...undelivered('arn:aws:sqs:us-west-2:111122223333:Shop-Queue'), body: JSON.stringify({ ...EVENT, 'source': 'aws.events', 'detail-type': 'Encrypted Events' }),
    }],
    ['it is no JSON', { body: 'hello', messageAttributes: {} }],
    ['it is null', { body: 'null', messageAttributes: {} }],
    ['its event is no JSON', { body: '{', messageAttributes: { TARGET_ARN: { stringValue: 'arn:aws:events:eu-west-1:111122223333:event-bus/shop' } } }],
  ])('never if %s', (_, letter) => {
    expect(() => redriveOf(letter)).toThrow();
  });
});
