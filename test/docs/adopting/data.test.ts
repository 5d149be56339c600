/** Each program of docs/adopting/data.md compiles and is synthesized as it is printed, and the policy of a key that it prints is what the library gives keys of its own. */
import { readFileSync } from 'fs';
import { Template } from 'aws-cdk-lib/assertions';
import { ComplianceMode, MultiRegionFunction } from '../../../src';
import { allOf, describePage } from '../../support/adopting-page';
import { CODE, resources, testSystem } from '../../support/synth';

jest.setTimeout(300_000);

const PAGE = 'docs/adopting/data.md';
const KEY = 'arn:aws:kms:us-west-2:111122223333:key/22222222-2222-2222-2222-222222222222';

describePage(PAGE, {
  'A table with data': assembly => {
    const { template } = assembly.getStackByName('Settings-global');
    const [table] = Object.values<any>(template.Resources);
    expect([table.Type, table.Properties.TableName, table.DeletionPolicy]).toEqual(['AWS::DynamoDB::GlobalTable', 'settings', 'RetainExceptOnCreate']);
  },
  'A global table of another stack': assembly => {
    expect(allOf(assembly, 'AWS::DynamoDB::GlobalTable')).toEqual([]);
    const text = JSON.stringify(allOf(assembly, 'AWS::IAM::Role'));
    for (const part of ['table/customers', 'table/orders', 'table/orders/index/byCustomer', KEY]) expect(text).toContain(part);
  },
  'An event bus with rules': assembly => {
    const template = assembly.getStackByName('Orders-ap-southeast-2').template;
    const bus = Object.values<any>(template.Resources).find(({ Type, Properties }) => Type === 'AWS::Events::EventBus' && Properties.Name === 'orders');
    expect(bus.DeletionPolicy).toBe('RetainExceptOnCreate');
  },
  'A bus that others own': assembly => {
    const billing = assembly.stacks.filter(({ stackName }) => stackName.startsWith('Billing'));
    expect(billing.flatMap(({ template }) => resources(template, 'AWS::Events::EventBus'))).toEqual([]);
    expect(billing.flatMap(({ template }) => resources(template, 'AWS::Events::Rule')).map(({ Properties: { Name, EventBusName } }) => [Name, EventBusName]).sort())
      .toEqual([['Billing-Bill', 'Orders-Bus'], ['Billing-Bill', 'Orders-Bus'], ['Billing-Index', 'Orders-Bus'], ['Billing-Index', 'Orders-Bus']]);
  },
  'Keys of your own': assembly => {
    expect(allOf(assembly, 'AWS::KMS::Key')).toEqual([]);
    expect(allOf(assembly, 'AWS::SNS::Topic').every(({ KmsMasterKeyId }) => /^arn:aws:kms/.test(KmsMasterKeyId))).toBe(true);
    for (const { KmsKeyId } of allOf(assembly, 'AWS::Logs::LogGroup')) expect(KmsKeyId).toMatch(/^arn:aws:kms/);
  },
  'Several systems in one account': assembly => {
    const names = assembly.getNestedAssembly('assembly-production').stacks.map(({ stackName }) => stackName);
    expect(names).toContain('production-Orders-global');
    expect(names).toContain('production-Reports-us-west-2');
  },
});

describe('The policy of a key', () => {
  const printed: any[] = JSON.parse(/```json\n(.*?)```/s.exec(readFileSync(PAGE, 'utf8'))![1]);
  const system = testSystem(2, { compliance: ComplianceMode.STRICT, account: '111122223333' });
  new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  const template = Template.fromStack(system.stackIn('us-west-2')).toJSON();
  const text = (value: unknown) => JSON.stringify(value).replace(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]*)"\]\]\}/g, '"arn:aws$1"');
  const own: any[] = resources(template, 'AWS::KMS::Key').flatMap(({ Properties }) => Properties.KeyPolicy.Statement)
    .map(statement => JSON.parse(text(statement)));
  const actionsOf = (statements: any[], service: string) => statements.filter(({ Principal }) => Principal.Service === service)
    .flatMap(({ Action }) => Action);

  test.each(printed.map(({ Sid, Principal: { Service } }): [string, string] => [Sid, Service]))('%s lets a service do no more than the library lets it with its own keys', (_, service) => {
    expect(actionsOf(own, service)).toEqual(expect.arrayContaining(actionsOf(printed, service)));
  });

  test('lets in every service that the library lets in, on the same conditions', () => {
    const services = (statements: any[]) => [...new Set(statements.flatMap(({ Principal }) => Principal.Service ?? []))].sort();
    expect(services(printed)).toEqual(services(own));
    for (const { Principal: { Service }, Condition } of printed) {
      expect(own.filter(({ Principal }) => Principal.Service === Service).map(statement => statement.Condition)).toContainEqual(Condition);
    }
  });
});
