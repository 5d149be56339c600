import { CfnResource, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { AuditTrail, ComplianceMode, GlobalTable, MultiRegionSystemProps } from '../../src';
import { circleIn } from '../support/references';
import { allTemplates, expectPropError, testSystem } from '../support/synth';
import { wholeSystem } from '../support/whole-system';

interface Resource {
  readonly at: string;
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** All resources of a system that has one of each construct. */
function resourcesOf(props: Partial<MultiRegionSystemProps> = {}): Resource[] {
  const { system, table, bus } = wholeSystem(2, props);
  table.publishChangesTo(bus, { detailType: 'Changed' });
  new AuditTrail(system, 'Trail', { dataEvents: [table] });
  return resourcesIn(allTemplates(system));
}

function resourcesIn(templates: Record<string, any>): Resource[] {
  return Object.entries(templates).flatMap(([stack, { Resources }]) => (
    Object.entries<any>(Resources).map(([id, resource]) => ({ at: `${stack}/${id}`, Properties: {}, ...resource }))
  ));
}

describe.each([ComplianceMode.STANDARD, ComplianceMode.STRICT])('a whole system in mode %s', compliance => {
  const resources = resourcesOf({ compliance });

  // Lambda publishes no version of code that its latest version has: one that a rolled-back deployment leaves is in the way of the next try
  test('keeps versions, but none whose deployment was rolled back', () => {
    for (const type of ['AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion']) {
      const versions = resources.filter(({ Type }) => Type === type);
      expect(versions.length).toBeGreaterThan(0);
      for (const { at, DeletionPolicy, UpdateReplacePolicy } of versions) {
        expect({ at, DeletionPolicy, UpdateReplacePolicy }).toEqual({ at, DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      }
    }
  });

  // else what has a literal name would be in the way of the next creation, and each failed one would leave the rest once more
  test('keeps nothing whose creation was rolled back, except for what other systems of the account use', () => {
    const kept = resources.filter(({ DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }) => DeletionPolicy !== 'Delete' || UpdateReplacePolicy !== 'Delete');
    expect(kept.map(({ Type }) => Type)).toEqual(expect.arrayContaining(['AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket']));
    expect(kept.filter(({ at, DeletionPolicy }) => DeletionPolicy !== 'RetainExceptOnCreate' && !/ApiGatewayAccount/.test(at)).map(({ at }) => at)).toEqual([]);
    expect(kept.filter(({ UpdateReplacePolicy }) => UpdateReplacePolicy !== 'Retain').map(({ at }) => at)).toEqual([]);
  });

  test('keeps what was not delivered, what can be replayed, and the bus for it', () => {
    const isKept = ({ DeletionPolicy, UpdateReplacePolicy }: Resource) => DeletionPolicy === 'RetainExceptOnCreate' && UpdateReplacePolicy === 'Retain';
    const ofType = (type: string, isWanted: (name: string) => boolean) => resources.filter(({ Type, Properties }) => (
      Type === type && isWanted(Properties.QueueName ?? Properties.ArchiveName ?? Properties.Name ?? '')
    ));
    const kept = [
      ...ofType('AWS::SQS::Queue', name => /-(DeadLetters|poison|unstarted)$/.test(name)),
      ...ofType('AWS::Events::Archive', name => name === 'Shop-Bus'),
      ...ofType('AWS::Events::EventBus', name => name === 'Shop-Bus'),
    ];
    expect(kept).toHaveLength(2 * 5);
    expect(kept.filter(each => !isKept(each)).map(({ at }) => at)).toEqual([]);
  });

  // a rolled-back creation cannot delete a table that is protected against deletion
  test('makes tables after all else of the global stack', () => {
    const global = resources.filter(({ at }) => at.startsWith('Shop-global/'));
    const tables = global.filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable');
    const others = global.filter(resource => !tables.includes(resource)).map(({ at }) => at.split('/')[1]);
    expect(tables.length).toBe(3);
    expect(others.length).toBeGreaterThan(5);
    tables.forEach(({ DependsOn }) => expect([...DependsOn!].sort()).toEqual(others.sort()));
  });
});

test('A table does not wait for what needs it', () => {
  const { system, table } = wholeSystem(2);
  const { globalStack } = system;
  const cfnTable = globalStack.node.findChild(table.node.id).node.findChild('Table').node.defaultChild as CfnGlobalTable;
  const make = (id: string, value: string) => new CfnParameter(globalStack, id, { type: 'String', value });
  const [byRef, bySub, free] = [make('ByRef', cfnTable.ref), make('BySub', Fn.sub(`\${${globalStack.resolve(cfnTable.logicalId)}.Arn}`)), make('Free', 'x')];
  const through = make('Through', byRef.ref);
  const waiting = make('Waiting', 'y');
  waiting.node.addDependency(through);
  const template = allTemplates(system)['Shop-global'];
  const { DependsOn } = template.Resources[globalStack.resolve(cfnTable.logicalId)];
  const idOf = (resource: CfnResource) => globalStack.resolve(resource.logicalId);
  expect(DependsOn).toContain(idOf(free));
  [byRef, bySub, through, waiting].forEach(each => expect(DependsOn).not.toContain(idOf(each)));
  expect(circleIn(template)).toBeUndefined();
});

describe('a deletable system', () => {
  test('keeps and protects nothing but what other systems of the account use', () => {
    const resources = resourcesOf({ deletable: true });
    const kept = resources.filter(({ DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }) => DeletionPolicy !== 'Delete' || UpdateReplacePolicy !== 'Delete');
    expect([...new Set(kept.map(({ at }) => at.split('/')[1].replace(/[0-9A-F]{8}$/, '')))].sort()).toEqual(['ApiGatewayAccount', 'ApiGatewayAccountRole']);
    expect(JSON.stringify(resources)).not.toMatch(/"DeletionProtection\w*":true/);
  });

  test('has the same resources as one that is not, and says of each that would be kept that it is deleted', () => {
    const [kept, deletable] = [resourcesOf(), resourcesOf({ deletable: true })];
    expect(deletable.map(({ at }) => at)).toEqual(kept.map(({ at }) => at));
    const wouldBeKept = kept.filter(({ at, DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete' && !/ApiGatewayAccount/.test(at)).map(({ at }) => at);
    const deleted = deletable.filter(({ DeletionPolicy, UpdateReplacePolicy }) => DeletionPolicy === 'Delete' && UpdateReplacePolicy === 'Delete').map(({ at }) => at);
    expect(wouldBeKept.length).toBeGreaterThan(30);
    expect(deleted).toEqual(expect.arrayContaining(wouldBeKept));
  });

  test('keeps what the props of a construct say', () => {
    const system = testSystem(2, { deletable: true });
    new GlobalTable(system, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING }, deletionProtection: true, removalPolicy: RemovalPolicy.RETAIN,
    });
    const [table] = resourcesIn(allTemplates(system)).filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable');
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.Properties.Replicas.map((replica: any) => replica.DeletionProtectionEnabled)).toEqual([true, true]);
  });

  test('throws if it is strict', () => {
    expectPropError(() => testSystem(2, { deletable: true, compliance: ComplianceMode.STRICT }), 'deletable', 'true', 'false with ComplianceMode.STRICT', 'Orders');
  });
});
