import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { GlobalTable, IGlobalTable, MultiRegionFunction, MultiRegionSystem, SystemUnit } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, regional, statementsOf, testSystem } from '../support/synth';

const partitionKey = { name: 'pk', type: AttributeType.STRING };
const other = { name: 'other', type: AttributeType.STRING };
const keysOf = (system: MultiRegionSystem) => Object.fromEntries(system.regions.map(region => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`]));
const arn = (region: string, resource: string) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:dynamodb:${region}:`, { Ref: 'AWS::AccountId' }, `:table/${resource}`]],
});

type GrantName = 'grantReadData' | 'grantWriteData' | 'grantReadWriteData';

/** What a function is granted in each region, by service. */
function granted(system: MultiRegionSystem, table: IGlobalTable, grant: GrantName, service: string): { region: string; statements: any[] }[] {
  table[grant](new MultiRegionFunction(system, 'Handler', { codePath: CODE }));
  return system.regions.map(region => ({
    region,
    statements: statementsOf(regional(system, region), 'HandlerRole')
      .filter(statement => [statement.Action].flat().some((action: string) => action.startsWith(service))),
  }));
}

const READ = ['BatchGetItem', 'Query', 'GetItem', 'Scan', 'ConditionCheckItem', 'DescribeTable'].map(action => `dynamodb:${action}`);
const WRITE = ['BatchWriteItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'DescribeTable'].map(action => `dynamodb:${action}`);
const GRANTS: [GrantName, string[]][] = [['grantReadData', READ], ['grantWriteData', WRITE], ['grantReadWriteData', [...new Set([...READ, ...WRITE])]]];

describe.each(GRANTS)('GlobalTable.%s', (grant, actions) => {
  test.each([1, 2, 3, 10])('gives each of %i regions its own replica only', count => {
    const system = testSystem(count);
    const table = new GlobalTable(system, 'Table', { partitionKey });
    for (const { region, statements } of granted(system, table, grant, 'dynamodb:')) {
      expect(statements).toEqual([{ Effect: 'Allow', Action: actions, Resource: arn(region, 'Orders-Table') }]);
    }
  });

  test(`names each index${grant === 'grantWriteData' ? ' not at all: they follow the table' : ', and no wildcard'}`, () => {
    const system = testSystem();
    const table = new GlobalTable(system, 'Table', {
      partitionKey,
      sortKey: { name: 'sk', type: AttributeType.STRING },
      globalSecondaryIndexes: [{ indexName: 'byA', partitionKey: other }, { indexName: 'byB', partitionKey: other }],
      localSecondaryIndexes: [{ indexName: 'byC', sortKey: other }],
    });
    for (const { region, statements: [{ Resource }] } of granted(system, table, grant, 'dynamodb:')) {
      expect(Resource).toEqual(grant === 'grantWriteData' ? arn(region, 'Orders-Table')
        : ['Orders-Table', 'Orders-Table/index/byA', 'Orders-Table/index/byB', 'Orders-Table/index/byC'].map(resource => arn(region, resource)));
    }
  });

  test.each(['made', 'imported'])('lets the grantee use the key of its region, through DynamoDB only, of a table that is %s', how => {
    const system = testSystem();
    const encryptionKeyArns = keysOf(system);
    const table = how === 'made' ? new GlobalTable(system, 'Table', { partitionKey, encryptionKeyArns })
      : GlobalTable.fromTableAttributes(system, 'Table', { tableName: 'their-table', encryptionKeyArns });
    for (const { region, statements } of granted(system, table, grant, 'kms:')) {
      expect(statements).toEqual([{
        Effect: 'Allow',
        Action: expect.arrayContaining(grant === 'grantReadData' ? ['kms:Decrypt', 'kms:DescribeKey'] : ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']),
        Resource: encryptionKeyArns[region],
        Condition: { StringLike: { 'kms:ViaService': `dynamodb.${region}.*` } },
      }]);
      expect(statements[0].Action.filter((action: string) => action.includes('*'))).toEqual([]);
      expect(statements[0].Action.includes('kms:Encrypt')).toBe(grant !== 'grantReadData');
    }
  });

  test.each(['table', 'function'])('names the table literally, when the %s is in a unit and the other is not', which => {
    const system = testSystem();
    const unit = new SystemUnit(system, 'Billing');
    const table = new GlobalTable(which === 'table' ? unit : system, 'Table', { partitionKey });
    table[grant](new MultiRegionFunction(which === 'table' ? system : unit, 'Handler', { codePath: CODE }));
    for (const region of system.regions) {
      const stack = which === 'table' ? system.stackIn(region) : unit._stacks.stackIn(region);
      const [statement] = statementsOf(Template.fromStack(stack), 'HandlerRole').filter(({ Action }) => Action.includes('dynamodb:DescribeTable'));
      expect(statement).toEqual({ Effect: 'Allow', Action: actions, Resource: arn(region, table.tableName) });
    }
    expectOwnReferencesOnly(system);
  });

  test('names an imported table and its indexes', () => {
    const system = testSystem();
    const table = GlobalTable.fromTableAttributes(system, 'Table', { tableName: 'their-table', globalIndexes: ['a'], localIndexes: ['b'] });
    for (const { region, statements: [{ Resource }] } of granted(system, table, grant, 'dynamodb:')) {
      expect(Resource).toEqual(grant === 'grantWriteData' ? arn(region, 'their-table')
        : ['their-table', 'their-table/index/a', 'their-table/index/b'].map(resource => arn(region, resource)));
    }
  });
});

describe('GlobalTable.inRegion', () => {
  test('gives the replica with its indexes and key, for the grants of the CDK', () => {
    const system = testSystem();
    const table = new GlobalTable(system, 'Table', { partitionKey, globalSecondaryIndexes: [{ indexName: 'byA', partitionKey: other }], encryptionKeyArns: keysOf(system) });
    const replica = table.inRegion('us-west-2');
    expect(replica.tableName).toBe('Orders-Table');
    expect(replica.encryptionKey!.keyArn).toBe('arn:aws:kms:us-west-2:111122223333:key/mrk-1');
    replica.grantReadData(new MultiRegionFunction(system, 'Handler', { codePath: CODE }).grantableIn('us-west-2'));
    expect(JSON.stringify(statementsOf(regional(system, 'us-west-2'), 'HandlerRole'))).toContain(':table/Orders-Table/index/*');
  });
});
