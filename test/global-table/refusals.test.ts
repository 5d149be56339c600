/** What DynamoDB and CloudFormation would refuse of a table. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Attribute, AttributeType, Billing, Capacity, Operation } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { GlobalEventBus, GlobalTable, GlobalTableProps } from '../../src';
import { expectPropError, testSystem } from '../support/synth';

const key = (name: string, type = AttributeType.STRING): Attribute => ({ name, type });
const partitionKey = key('pk');
const table = (props: Partial<GlobalTableProps> = {}) => new GlobalTable(testSystem(), 'Table', { partitionKey, ...props });

describe('GlobalTable throws if', () => {
  test.each<[string, Partial<GlobalTableProps>, string, string, string]>([
    ['the partition key has no name', { partitionKey: key('') }, 'partitionKey.name', '""', '1 to 255 characters'],
    ['the partition key is missing', { partitionKey: undefined }, 'partitionKey.name', '""', '1 to 255 characters'],
    ['the partition key has an unknown type', { partitionKey: { name: 'pk', type: 'X' as AttributeType } }, 'partitionKey.type', '"X"', 'B, N, S'],
    ['the sort key is too long', { sortKey: key('x'.repeat(256)) }, 'sortKey.name', 'xxx', '1 to 255 characters'],
    ['the sort key is the partition key', { sortKey: key('pk') }, 'sortKey', '"pk"', 'another attribute than the partitionKey'],
    ['an attribute has two types', { globalSecondaryIndexes: [{ indexName: 'byPk', partitionKey: key('pk', AttributeType.NUMBER) }] }, 'globalSecondaryIndexes[0].partitionKey.type', '"N"', 'S, the type that pk has in another key'],
    ['the warm throughput is of nothing', { warmThroughput: {} }, 'warmThroughput', '{}', 'readUnitsPerSecond'],
    ['the warm throughput is 0', { warmThroughput: { readUnitsPerSecond: 0 } }, 'warmThroughput.readUnitsPerSecond', '0', 'a whole number from 1'],
    ['the most requests are below 0', { billing: Billing.onDemand({ maxWriteRequestUnits: -1 }) }, 'billing', '-1', 'at least 1'],
    ['the capacity is 0', { billing: Billing.provisioned({ readCapacity: Capacity.fixed(0), writeCapacity: Capacity.autoscaled({ maxCapacity: 10 }) }) }, 'billing', '0', 'at least 1'],
    ['a snapshot is to be left', { removalPolicy: RemovalPolicy.SNAPSHOT }, 'removalPolicy', '"snapshot"', 'any but SNAPSHOT'],
    ['a resource policy is empty', { resourcePolicies: { 'us-west-2': new PolicyDocument() } }, 'resourcePolicies', 'us-west-2', 'policies with a statement'],
  ])('%s', (_, props, prop, value, allowed) => {
    expectPropError(() => table(props), prop, value, allowed, 'Orders/Table');
  });

  test('a grantee has no principals', () => {
    expectPropError(() => table().grantReadData(undefined as any), 'grantee', 'undefined', 'a principal in every region', 'Orders/Table');
  });

  test('a metric is of no operation', () => {
    expectPropError(() => table().metricSystemErrors('us-west-2', 'Get' as Operation), 'operation', '"Get"', 'GetItem', 'Orders/Table');
  });

  test('the filter of published changes is longer than a pattern of Pipes', () => {
    const itemFilter = { sk: Array.from({ length: 1000 }, (_, i) => `order-${i}`) };
    const items = table();
    expectPropError(() => items.publishChangesTo(new GlobalEventBus(items.node.scope!, 'Bus'), { detailType: 'Changed', itemFilter }), 'itemFilter', 'characters as a pattern', 'at most 4096', 'Orders/Table');
  });
});

test('GlobalTable takes a recovery period of whole days', () => {
  expect(() => table({ recoveryPeriod: Duration.hours(48) })).not.toThrow();
});
