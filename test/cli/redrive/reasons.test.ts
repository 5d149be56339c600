import { Message } from '@aws-sdk/client-sqs';
import { describeReason, reasonsOf } from '../../../cli/redrive/reasons';

const letter = (attributes: Record<string, string>, Body = '{"detail":{"secret":"s3cret"}}'): Message => ({
  Body, MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }])),
});
const RULE_ARN = 'arn:aws:events:us-west-2:111122223333:rule/orders/IndexOrder';
const TARGET_ARN = 'arn:aws:lambda:us-west-2:111122223333:function:Orders-IndexOrder:live';
const FAILED = { requestContext: { functionArn: TARGET_ARN, condition: 'RetriesExhausted' }, requestPayload: { secret: 's3cret' }, responsePayload: { errorMessage: 's3cret' } };

test('messages of the same reason are counted together, the most frequent one first', () => {
  const undelivered = letter({ RULE_ARN, TARGET_ARN, ERROR_CODE: 'NO_RESOURCE', ERROR_MESSAGE: 's3cret' });
  expect(reasonsOf([letter({ ERROR_CODE: 'NoKey' }), undelivered, undelivered])).toEqual([
    { messages: 2, errorCode: 'NO_RESOURCE', rule: RULE_ARN, target: TARGET_ARN },
    { messages: 1, errorCode: 'NoKey' },
  ]);
});

test('of a function that failed, its name and how it was given up are told', () => {
  expect(reasonsOf([letter({}, JSON.stringify(FAILED))])).toEqual([{ messages: 1, errorCode: 'RetriesExhausted', target: TARGET_ARN }]);
});

test.each([
  ['no JSON', 's3cret'],
  ['the text of an application', '"s3cret"'],
  ['another message with such a field', '{"requestContext":{"functionArn":"s3cret","condition":"s3cret"}}'],
  ['what looks like one', `{"requestContext":{"functionArn":"${TARGET_ARN} s3cret","condition":"a s3cret"}}`],
  ['null', 'null'],
])('nothing is taken of %s', (_, body) => {
  expect(reasonsOf([letter({}, body)])).toEqual([{ messages: 1 }]);
});

test('what others write moves no cursor, and is short', () => {
  const [{ errorCode, target }] = reasonsOf([letter({ ERROR_CODE: `\u001b[2J${'x'.repeat(1000)}`, TARGET_ARN: '\u001b[2J' })]);
  expect([errorCode, target]).toEqual([`?[2J${'x'.repeat(76)}`, undefined]);
});

test.each([
  [{}, 'nothing is written of the reason'],
  [{ errorCode: 'NO_RESOURCE', rule: RULE_ARN, target: TARGET_ARN }, 'NO_RESOURCE from rule IndexOrder to function Orders-IndexOrder'],
  [{ target: 'arn:aws:events:eu-west-1:111122223333:event-bus/orders' }, 'to bus orders in eu-west-1'],
  [{ target: 'arn:aws:sqs:us-west-2:111122223333:Orders-Mails' }, 'to queue Orders-Mails'],
  [{ target: 'arn:aws:states:us-west-2:111122223333:stateMachine:Orders-Ship' }, 'to workflow Orders-Ship'],
  [{ rule: 'arn:aws:events:us-west-2:111122223333:rule/nightly' }, 'from rule nightly'],
])('%j is said as "%s"', (reason, text) => {
  expect(describeReason(reason, 'us-west-2')).toBe(text);
});
