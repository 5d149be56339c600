/** Who is told of alarms. */
import { alarmFindings, DeployedAlarm, subscriptionFinding, wantedAlarms } from '../../../../cli/doctor/after/alarms';
import { signedQuery } from '../../../../cli/doctor/after/signed-query';
import { readSubscriptions } from '../../../../cli/doctor/after/topic-subscriptions';
import { StackArtifact } from '../../../../cli/system/cloud-assembly';

const counted = (confirmed: number, pending: number) => subscriptionFinding('eu-west-1', 'Orders-alarms', { value: { confirmed, pending } });
const alarm = (name: string, props: Partial<DeployedAlarm> = {}): DeployedAlarm => ({ name, isComposite: false, actsOnAlarm: true, state: 'OK', ...props });
const unhealthy = (props: Partial<DeployedAlarm> = {}) => alarm('Orders-eu-west-1-unhealthy', { isComposite: true, ...props });
const judged = (...alarms: DeployedAlarm[]) => alarmFindings('eu-west-1', ['Orders-eu-west-1-unhealthy'], { value: alarms });

test('somebody who has confirmed is told', () => {
  expect(counted(1, 0)).toEqual({ region: 'eu-west-1', verdict: 'ok', says: 'Orders-alarms has 1 confirmed subscription' });
  expect(counted(2, 1)).toMatchObject({ verdict: 'warning', says: '1 of 3 subscriptions of Orders-alarms are not confirmed' });
});

test('a subscription that nobody has confirmed fails; an app that names nobody is a warning', () => {
  expect(counted(0, 2)).toMatchObject({ verdict: 'failed', says: expect.stringContaining('2 to be confirmed') });
  expect(counted(0, 0)).toMatchObject({ verdict: 'warning' });
});

test('alarms that are there and act are well', () => {
  expect(judged(unhealthy(), alarm('a'))).toEqual([{ region: 'eu-west-1', verdict: 'ok', says: '2 alarms are there, and act' }]);
});

test('a composite alarm that is missing, actions that are disabled, and an alarm that rings are told', () => {
  expect(judged(alarm('Orders-eu-west-1-unhealthy'))[0]).toMatchObject({ verdict: 'failed', says: 'the composite alarm Orders-eu-west-1-unhealthy is not there' });
  expect(judged(unhealthy(), alarm('a', { actsOnAlarm: false }))).toEqual([expect.objectContaining({ verdict: 'failed', says: 'the actions of a are disabled' })]);
  expect(judged(unhealthy({ state: 'ALARM' }))).toEqual([expect.objectContaining({ verdict: 'warning' })]);
});

test('what the app wants is in the templates of the region', () => {
  const Resources = {
    A: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'Orders-alarms' } },
    B: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmName: 'Orders-eu-west-1-unhealthy' } },
    // a part of the other one, whose name CloudFormation makes
    C: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'FALSE' } },
  };
  const stacks = [{ region: 'eu-west-1', template: { Resources } } as unknown as StackArtifact];
  expect(wantedAlarms(stacks, 'eu-west-1', 'Orders-alarms')).toEqual({ topicName: 'Orders-alarms', composites: ['Orders-eu-west-1-unhealthy'] });
  expect(wantedAlarms(stacks, 'us-west-2', 'Orders-alarms')).toEqual({ topicName: undefined, composites: [] });
});

test('the answer of SNS is read', () => {
  const entry = (key: string, value: string) => `<entry>\n  <key>${key}</key>\n  <value>${value}</value></entry>`;
  expect(readSubscriptions(`<Attributes>${entry('SubscriptionsPending', '1')}${entry('SubscriptionsDeleted', '4')}${entry('SubscriptionsConfirmed', '2')}</Attributes>`))
    .toEqual({ confirmed: 2, pending: 1 });
  expect(() => readSubscriptions('<Attributes/>')).toThrow('SNS does not say');
});

test('a request is signed as the example of AWS is', () => {
  const request = { service: 'iam', region: 'us-east-1', host: 'iam.amazonaws.com', parameters: { Version: '2010-05-08', Action: 'ListUsers' } };
  const signer = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  expect(signedQuery(request, signer, new Date('2015-08-30T12:36:00Z'))).toEqual({
    path: '/?Action=ListUsers&Version=2010-05-08',
    headers: expect.objectContaining({
      'x-amz-date': '20150830T123600Z',
      'authorization': 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, '
        + 'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    }),
  });
  const { headers } = signedQuery(request, { ...signer, sessionToken: 'token' }, new Date(0));
  expect(headers).toMatchObject({ 'x-amz-security-token': 'token', 'authorization': expect.stringContaining('x-amz-date;x-amz-security-token,') });
});
