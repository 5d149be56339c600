/** What people are notified of by AuditTrail, and how it reads. */
import { AuditTrail } from '../../src';
import { shownInChat } from '../support/chat';
import { matchesPattern } from '../support/event-pattern';
import { inputTemplateOf, transform } from '../support/input-transformer';
import { resources, templates, testSystem } from '../support/synth';

const REGION = 'ap-southeast-2';
const EVENT_ID = 'b7d4398e-b2f0-4faa-9c76-e2d316a8d67f';
/** What somebody wrote, and might write to spoil a message. */
const AWKWARD = 'He said "no" \\ and left\n<b>{"version":"2"}';

const system = testSystem(2, { account: '123456789012' });
new AuditTrail(system, 'AuditTrail');
const [{ Properties: rule }, ...moreRules] = resources(templates(system).global, 'AWS::Events::Rule');

/** A call as the documentation shows it, in EventBridge's envelope, with what somebody could have written wherever they could. */
const call = (eventName: string, requestParameters: object, userIdentity: object) => ({
  'version': '0',
  'id': '36eb8523-97d0-4518-b33d-ee3579ff19f0',
  'detail-type': 'AWS API Call via CloudTrail',
  'source': 'aws.cloudtrail',
  'account': '123456789012',
  'time': '2016-07-14T19:15:45Z',
  'region': REGION,
  'resources': [],
  'detail': {
    eventVersion: '1.04',
    userIdentity,
    eventTime: '2016-07-14T19:15:45Z',
    eventSource: 'cloudtrail.amazonaws.com',
    eventName,
    awsRegion: REGION,
    sourceIPAddress: '205.251.233.182',
    userAgent: AWKWARD,
    errorCode: 'TrailNotFoundException',
    errorMessage: AWKWARD,
    requestParameters,
    responseElements: null,
    requestID: '5d40662a-49f7-11e6-97e4-d9cb6ff7d6a3',
    eventID: EVENT_ID,
    eventType: 'AwsApiCall',
    recipientAccountId: '123456789012',
  },
});
// the path of a user may hold any printable character
const ALICE = {
  type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: 'arn:aws:iam::123456789012:user/"\\/Alice', accountId: '123456789012', accessKeyId: 'EXAMPLE_KEY_ID', userName: 'Alice',
};
const SESSION = {
  type: 'AssumedRole', principalId: 'AROAEXAMPLE:alice@example.com', arn: 'arn:aws:sts::123456789012:assumed-role/Admin/alice@example.com', accountId: '123456789012',
};
const SERVICE = { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' };

function messageOf(event: Record<string, unknown>): any {
  expect(matchesPattern({ ...rule.EventPattern, detail: { $or: [rule.EventPattern.detail.$or[0]] } }, event)).toBe(true);
  return shownInChat(transform(rule.Targets[0], event));
}

describe('AuditTrail notifies of a change to the trail', () => {
  test.each([['a user', ALICE, 'AIDAEXAMPLE'], ['a session', SESSION, 'AROAEXAMPLE:alice@example.com']])('by %s, in a message that a chat channel shows', (_, who, shown) => {
    const { content } = messageOf(call('StopLogging', { name: 'Orders-AuditTrail' }, who));
    expect(content.title).toBe('The audit trail Orders-AuditTrail was changed, or its bucket or key');
    expect(content.description).toContain(`StopLogging in ${REGION}, by ${shown} of the account 123456789012, from 205.251.233.182.`);
    expect(content.nextSteps).toEqual([
      expect.stringContaining(`\`aws cloudtrail lookup-events --region ${REGION} --lookup-attributes AttributeKey=EventId,AttributeValue=${EVENT_ID}\``),
      expect.stringContaining(`\`aws cloudtrail get-trail-status --region ${REGION} --name Orders-AuditTrail\``),
    ]);
  });

  test('by a service, which has no id', () => {
    expect(messageOf(call('UpdateTrail', { name: 'Orders-AuditTrail' }, SERVICE)).content.description).toContain(`UpdateTrail in ${REGION}, by `);
  });

  test('with nothing that somebody wrote: fields that hold names and identifiers only, each within a text', () => {
    expect(moreRules).toEqual([]);
    // letters, digits and = , . @ : - _ in an id with its session's name, and less in the others
    expect(Object.values(rule.Targets[0].InputTransformer.InputPathsMap).sort()).toEqual([
      '$.detail.eventID', '$.detail.eventName', '$.detail.sourceIPAddress', '$.detail.userIdentity.accountId', '$.detail.userIdentity.principalId', '$.region',
    ]);
    // it is JSON without the values as well, and so whatever is left out
    shownInChat(inputTemplateOf(rule.Targets[0]));
  });
});
