import { referencesIn, textOf } from '../../src/diagram/intrinsics';

const environment = { region: 'us-west-2', account: '111122223333' };
const text = (value: unknown) => textOf(value, environment);

describe('textOf', () => {
  test.each<[string, unknown, string]>([
    ['a literal', 'Orders-Bus', 'Orders-Bus'],
    ['a number', 443, '443'],
    ['nothing', undefined, ''],
    ['pseudo parameters', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sqs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':q']] }, 'arn:aws:sqs:us-west-2:111122223333:q'],
    ['Fn::Join with a separator', { 'Fn::Join': [':', ['a', { 'Fn::Join': ['-', ['b', 'c']] }]] }, 'a:b-c'],
    ['Fn::Sub', { 'Fn::Sub': 'arn:${AWS::Partition}:sns:${AWS::Region}:x' }, 'arn:aws:sns:us-west-2:x'],
    ['Fn::Sub with values', { 'Fn::Sub': ['${Name} of ${AWS::Region}', { Name: { Ref: 'AWS::AccountId' } }] }, '111122223333 of us-west-2'],
    ['Fn::Sub with what it must leave', { 'Fn::Sub': '${!Name}' }, '${Name}'],
    ['Fn::Select of a list', { 'Fn::Select': [1, ['a', { Ref: 'AWS::Region' }]] }, 'us-west-2'],
    ['Fn::Select of a literal that is split', { 'Fn::Select': ['2', { 'Fn::Split': [':', 'a:b:c'] }] }, 'c'],
    ['Fn::Select beyond the end', { 'Fn::Select': [9, { 'Fn::Split': [':', 'a:b:c'] }] }, ''],
    ['Fn::Select of what is not known', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, ''],
    ['what only deployment knows', { 'Fn::ImportValue': 'Other' }, ''],
    ['an empty object', {}, ''],
  ])('resolves %s', (_, value, expected) => {
    expect(text(value)).toBe(expected);
  });

  test.each<[string, unknown, string[]]>([
    ['Ref', { Ref: 'Queue' }, ['Queue']],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, ['Queue']],
    ['Fn::GetAtt in short', { 'Fn::GetAtt': 'Queue.Arn' }, ['Queue']],
    ['Fn::Sub', { 'Fn::Sub': '${Queue.Arn}/${Topic}' }, ['Queue', 'Topic']],
    ['Fn::Sub with values', { 'Fn::Sub': ['${Name}', { Name: { Ref: 'Queue' } }] }, ['Queue']],
    ['Fn::Join', { 'Fn::Join': ['', ['x:', { Ref: 'Queue' }, ':live']] }, ['Queue']],
    ['a part of an ARN', { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: 'Alias' }] }] }, ['Alias']],
    ['a literal', 'Queue', []],
    ['a pseudo parameter', { Ref: 'AWS::Region' }, []],
    ['Fn::Sub with what it must leave', { 'Fn::Sub': '${!Queue}' }, []],
  ])('keeps the references of %s', (_, value, expected) => {
    expect(referencesIn(text(value))).toEqual(expected);
  });
});
