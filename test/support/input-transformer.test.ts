import { transform } from './input-transformer';

/** The event, the paths and the templates of the documentation. */
const EVENT = {
  'time': '2015-11-11T21:29:54Z',
  'detail-type': 'EC2 Instance State-change Notification',
  'resources': ['arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111'],
  'detail': { 'instance-id': 'i-0123456789', 'state': 'RUNNING', 'count': 9, 'text': 'a "quoted" text' },
};
const target = (template: string, paths: Record<string, string> = {}) => ({
  InputTransformer: { InputTemplate: template, InputPathsMap: { instance: '$.detail.instance-id', state: '$.detail.state', resource: '$.resources[0]', ...paths } },
});

describe('an input transformer', () => {
  test.each([
    ['"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
    ['{ "instance" : <instance>, "state": <state> }', '{ "instance" : "i-0123456789", "state": "RUNNING" }'],
    ['{ "instance" : <instance>, "state": "<state>", "instanceStatus": "instance \\"<instance>\\" is in <state>" }',
      '{ "instance" : "i-0123456789", "state": "RUNNING", "instanceStatus": "instance \\"i-0123456789\\" is in RUNNING" }'],
    ['{ "instance" : <instance>, "state": [ 9, <state>, true ], "Transformed" : "Yes" }', '{ "instance" : "i-0123456789", "state": [ 9, "RUNNING", true ], "Transformed" : "Yes" }'],
    ['{ "resource": "<resource>" }', `{ "resource": "${EVENT.resources[0]}" }`],
  ])('makes of %s what the documentation says', (template, expected) => {
    expect(transform(target(template), EVENT)).toBe(expected);
  });

  test('leaves out what the event has not, and escapes nothing', () => {
    expect(transform(target('"by <user>"', { user: '$.detail.user.name' }), EVENT)).toBe('"by "');
    expect(transform(target('{"text":"<text>"}', { text: '$.detail.text' }), EVENT)).toBe('{"text":"a "quoted" text"}');
  });

  test('is refused with what is no variable or no path', () => {
    expect(() => transform(target('"<other>"'), EVENT)).toThrow('not a variable: other');
    expect(() => transform(target('"<other>"', { other: '$..state' }), EVENT)).toThrow('not a path');
  });
});
