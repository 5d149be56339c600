/** What is deployed, beside what was synthesized. */
import { DeployedStack, leftOverFindings, stateFindings, templateFindings } from '../../../../cli/doctor/after/stack-findings';
import { templateDifferences } from '../../../../cli/doctor/after/template-differences';
import { StackArtifact } from '../../../../cli/system/cloud-assembly';

const stack = (props: Partial<StackArtifact> = {}): StackArtifact => ({
  id: 'Orders/us-west-2',
  stackName: 'Orders-us-west-2',
  region: 'us-west-2',
  dependencies: [],
  template: { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } },
  templateFile: 'Orders.template.json',
  metadata: [],
  ...props,
});

const deployed = (props: Partial<DeployedStack> = {}): DeployedStack => ({ stackName: 'Orders-us-west-2', status: 'UPDATE_COMPLETE', isTerminationProtected: false, ...props });

test('a stack that is as it should be is nothing to speak of', () => {
  expect(stateFindings(stack(), deployed())).toEqual([]);
  expect(stateFindings(stack({ isTerminationProtected: true }), deployed({ isTerminationProtected: true, status: 'CREATE_COMPLETE' }))).toEqual([]);
  expect(templateFindings(stack(), JSON.stringify(stack().template))).toEqual([]);
});

test('a stack that is missing fails, unless it is one without resources, which the CDK CLI does not deploy', () => {
  expect(stateFindings(stack(), undefined)).toEqual([expect.objectContaining({ region: 'us-west-2', verdict: 'failed', says: 'the stack Orders-us-west-2 is not there' })]);
  expect(stateFindings(stack({ template: {} }), undefined)).toEqual([]);
});

test.each([
  ['UPDATE_ROLLBACK_COMPLETE', 'failed'],
  ['ROLLBACK_COMPLETE', 'failed'],
  ['DELETE_FAILED', 'failed'],
  ['UPDATE_IN_PROGRESS', 'warning'],
])('a stack in the state %s is %s', (status, verdict) => {
  expect(stateFindings(stack(), deployed({ status }))).toEqual([expect.objectContaining({ verdict, says: `the stack Orders-us-west-2 is in the state ${status}` })]);
});

test('protection that somebody took away fails, and protection that somebody added is a warning', () => {
  expect(stateFindings(stack({ isTerminationProtected: true }), deployed())[0]).toMatchObject({ verdict: 'failed', says: expect.stringContaining('not protected') });
  expect(stateFindings(stack(), deployed({ isTerminationProtected: true }))[0]).toMatchObject({ verdict: 'warning' });
});

test('what differs is named by its logical id', () => {
  const { template } = stack();
  expect(templateDifferences(template, { Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'other' } } } })).toEqual(['Resources.Topic']);
  expect(templateDifferences(template, { ...template, Resources: { ...template.Resources, Queue: { Type: 'AWS::SQS::Queue' } } })).toEqual(['Resources.Queue']);
  expect(templateDifferences(template, { ...template, Description: 'by hand' })).toEqual(['Description']);
  expect(templateDifferences(template, {})).toEqual(['Resources']);
  const many = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`Topic${i}`, { Type: 'AWS::SNS::Topic' }]));
  expect(templateFindings(stack({ template: { Resources: many } }), '{"Resources":{}}')[0].says).toMatch(/Resources\.Topic4 and 3 more differ$/);
});

test('the order of keys does not count, nor what CloudFormation makes of characters beyond ASCII', () => {
  expect(templateDifferences({ Resources: { A: { Type: 't', Properties: { a: 1, b: 2 } } } }, { Resources: { A: { Properties: { b: 2, a: 1 }, Type: 't' } } })).toEqual([]);
  expect(templateDifferences({ Description: 'Grüße 🌍' }, { Description: 'Gr??e ?' })).toEqual([]);
});

test('a template that is no JSON cannot be compared', () => {
  expect(templateFindings(stack(), 'Resources: {}\n')).toEqual([expect.objectContaining({ verdict: 'unknown' })]);
});

test('stacks of the system that the app has no more are named, and those of others are not', () => {
  const there = ['Orders-us-west-2', 'Orders-us-west-2-old', 'OrdersOfOthers', 'Other'].map(stackName => deployed({ stackName }));
  expect(leftOverFindings('us-west-2', 'Orders', [stack()], there)).toEqual([
    expect.objectContaining({ verdict: 'warning', says: 'the stack Orders-us-west-2-old is there, and is none of the app\'s any more' }),
  ]);
  // the app has one of that name in another region
  expect(leftOverFindings('eu-west-1', 'Orders', [stack()], [deployed()])).toHaveLength(1);
});
