/** Who evacuates regions, and who decides about takeovers, is in the audit trail, whatever else it records. */
import { App, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import {
  AuditTrail, AuditTrailProps, EvacuationSwitch, GlobalEventBus, GlobalTable, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, SystemUnit,
  WorkflowDefinition, WorkflowOwnership,
} from '../../src';
import { isRecorded, RecordedFields } from '../support/event-selectors';
import { literal } from '../support/iam-policy';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, errorOf, expectPropError, resources, testSystem } from '../support/synth';

const ACCOUNT = '111122223333';
const TRAIL_ARN = 'arn:aws:cloudtrail:us-east-1:999988887777:trail/organization';
const NONE = { managementEvents: ReadWriteType.NONE };

function workflow(system: MultiRegionSystem, id = 'Fulfilment', ownership = WorkflowOwnership.originRegion(), scope: MultiRegionSystem | SystemUnit = system): ReplicatedWorkflow {
  const hello = new MultiRegionFunction(scope, `${id}Hello`, { codePath: CODE });
  return new ReplicatedWorkflow(scope, id, {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: hello } }),
    trigger: { bus: new GlobalEventBus(scope, `${id}Bus`), eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.orderId' },
    ownership,
  });
}

function table(system: MultiRegionSystem): GlobalTable {
  return new GlobalTable(system, 'OrdersTable', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
}

function selectorsOf(system: MultiRegionSystem): any[] {
  return literal(resources(Template.fromStack(system.globalStack), 'AWS::CloudTrail::Trail')[0].Properties.AdvancedEventSelectors);
}

const ofTable = (region: string, tableName: string, session: string, readOnly = false): RecordedFields => ({
  'eventCategory': 'Data',
  'resources.type': 'AWS::DynamoDB::Table',
  'resources.ARN': `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${tableName}`,
  'userIdentity.arn': session,
  'readOnly': String(readOnly),
});
const OPERATOR = `arn:aws:sts::${ACCOUNT}:assumed-role/Operator/session`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const sessionOf = (role: string, session = 'some-session') => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`;

/** The literal names of the roles of one region's stacks, by logical id. */
function roleNames(system: MultiRegionSystem, region: string): Record<string, string> {
  const all = system._allStacks.filter(stack => stack.region === region).map(stack => Template.fromStack(stack).toJSON().Resources ?? {});
  return Object.fromEntries(all.flatMap(one => Object.entries<any>(one))
    .filter(([, { Type, Properties }]) => Type === 'AWS::IAM::Role' && Properties.RoleName !== undefined).map(([id, { Properties }]) => [id, Properties.RoleName]));
}

describe('AuditTrail', () => {
  test.each<[string, AuditTrailProps]>([
    ['by default', {}], ['without management events', NONE], ['with management events that read', { managementEvents: ReadWriteType.READ_ONLY }],
    ['of a trail that records reads', { dataEventsType: ReadWriteType.READ_ONLY }],
  ])('records who evacuates a region, in every region, %s', (_, props) => {
    for (const count of [1, 3]) {
      const system = testSystem(count, { account: ACCOUNT });
      new AuditTrail(system, 'AuditTrail', props);
      // made after the trail
      const { controlTableName } = EvacuationSwitch.of(system);
      const selectors = selectorsOf(system);
      for (const region of system.regions) {
        expect([OPERATOR, ROOT].map(who => isRecorded(selectors, ofTable(region, controlTableName, who)))).toEqual([true, true]);
        expect(isRecorded(selectors, ofTable(region, controlTableName, OPERATOR, true))).toBe(false);
        expect(isRecorded(selectors, ofTable(region, `Other-${controlTableName}`, OPERATOR))).toBe(false);
      }
      expectOwnReferencesOnly(system);
    }
  });

  test.each(['reads', 'all'])('records evacuations also where %s of a table are recorded', what => {
    const system = testSystem(2, { account: ACCOUNT });
    const dataEventsType = what === 'reads' ? ReadWriteType.READ_ONLY : ReadWriteType.ALL;
    const { controlTable } = EvacuationSwitch.of(system);
    new AuditTrail(system, 'AuditTrail', { ...NONE, dataEvents: [controlTable, table(system)], dataEventsType });
    const selectors = selectorsOf(system);
    expect([false, true].map(readOnly => isRecorded(selectors, ofTable('us-west-2', controlTable.tableName, OPERATOR, readOnly)))).toEqual([true, true]);
    // once each: what the owner wants is not said again
    expect(selectors.map(({ Name }) => Name)).toEqual(what === 'reads' ? ['items of tables', 'evacuations'] : ['items of tables']);
  });

  test.each([1, 2, 3, 10])('records who decides about takeovers in %i regions, and nothing of what the workflow\'s own functions write', count => {
    const system = testSystem(count, { account: ACCOUNT });
    new AuditTrail(system, 'AuditTrail', NONE);
    const tables = [workflow(system), workflow(system, 'Billing', undefined, new SystemUnit(system, 'Unit'))].map(({ ledgerTable }) => ledgerTable!.tableName);
    expect(tables).toEqual(['Orders-Fulfilment-Ledger-Table', 'Orders-Unit-Billing-Ledger-Table']);
    const selectors = selectorsOf(system);
    for (const region of system.regions) {
      const own = roleNames(system, region);
      expect(Object.keys(own).map(id => id.replace(/Role.*/, '')).sort()).toEqual([
        'BillingLedgerRecorder', 'BillingLedgerSweeper', 'BillingStarter', 'FulfilmentLedgerRecorder', 'FulfilmentLedgerSweeper', 'FulfilmentStarter',
      ]);
      for (const tableName of tables) {
        const recorded = (who: string, readOnly = false) => isRecorded(selectors, ofTable(region, tableName, who, readOnly));
        expect(Object.values(own).map(role => recorded(sessionOf(role)))).toEqual(Object.values(own).map(() => false));
        expect([OPERATOR, ROOT, sessionOf('Orders-Fulfilment'), sessionOf(`Orders-${region}-FulfilmentHelloRole-1ABC`), sessionOf('Operator', own[Object.keys(own)[0]])].map(who => recorded(who)))
          .toEqual([true, true, true, true, true]);
        expect(recorded(OPERATOR, true)).toBe(false);
        // DynamoDB's own, of what was written to another replica
        expect(recorded(sessionOf('AWSServiceRoleForDynamoDBReplication', 'DynamoDBReplication'))).toBe(false);
      }
    }
    expectOwnReferencesOnly(system);
  });

  test('takes four conditions for a ledger, however many regions there are', () => {
    const values = (count: number, workflows: number) => {
      const system = testSystem(count);
      new AuditTrail(system, 'AuditTrail');
      for (let i = 0; i < workflows; i++) workflow(system, `Flow${i}`);
      const fields = selectorsOf(system).flatMap(({ FieldSelectors }) => FieldSelectors);
      return fields.flatMap(({ Field: _, ...operators }) => Object.values(operators).flat()).length;
    };
    expect([values(1, 2) - values(1, 1), values(3, 2) - values(3, 1)]).toEqual([4, 4]);
  });

  test('records all of a ledger if one wants that', () => {
    const system = testSystem(2, { account: ACCOUNT });
    const ledger = workflow(system).ledgerTable!;
    new AuditTrail(system, 'AuditTrail', { dataEvents: [ledger], dataEventsType: ReadWriteType.WRITE_ONLY });
    const selectors = selectorsOf(system);
    expect(selectors.map(({ Name }) => Name)).toEqual(['management events', 'items of tables', 'evacuations']);
    expect(isRecorded(selectors, ofTable('us-west-2', ledger.tableName, sessionOf('Orders-Fulfilment-Ledger-Sweeper-us-west-2')))).toBe(true);
  });

  test('has nothing to record of a workflow without takeover', () => {
    const system = testSystem(2);
    new AuditTrail(system, 'AuditTrail');
    expect(workflow(system, 'Fulfilment', WorkflowOwnership.originRegion({ takeover: false })).ledgerTable).toBeUndefined();
    expect(selectorsOf(system).map(({ Name }) => Name)).toEqual(['management events']);
    expect(roleNames(system, 'us-west-2')).toEqual({});
  });

  test('throws if nothing is to be recorded', () => {
    const system = testSystem(2);
    table(system);
    new AuditTrail(system, 'AuditTrail', NONE);
    expectPropError(() => (system.node.root as App).synth(), 'managementEvents', '"None"', 'NONE only with dataEvents, or in a system with an evacuation switch', 'Orders/AuditTrail');
  });

  test('throws if there are more conditions than CloudTrail takes, together with those for the ledgers', () => {
    const system = testSystem(10);
    const tables = Array.from({ length: 49 }, (_, i) => GlobalTable.fromTableAttributes(system, `Table${i}`, { tableName: `table-${i}` }));
    new AuditTrail(system, 'AuditTrail', { dataEvents: tables });
    EvacuationSwitch.of(system);
    workflow(system);
    expect(errorOf(() => (system.node.root as App).synth())).toContain('dataEvents is "505 conditions, with those for the control table and the ledgers of the system"; allowed: 500 conditions');
  });
});

describe('AuditTrail.fromTrailArn', () => {
  const warnings = (system: MultiRegionSystem) => {
    (system.node.root as App).synth();
    return system._allStacks.flatMap(stack => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('decisionsNotRecorded'))).map(({ entry }) => entry.data);
  };

  test.each(['before', 'after'])('warns that evacuations are not recorded, once, if the switch was made %s it', when => {
    const system = testSystem(2);
    if (when === 'before') EvacuationSwitch.of(system);
    AuditTrail.fromTrailArn(system, 'AuditTrail', TRAIL_ARN);
    EvacuationSwitch.of(system);
    workflow(system);
    expect(warnings(system)).toEqual([expect.stringMatching(/who evacuates a region of Orders.*managementEvents NONE in its place/)]);
  });

  test('says nothing in a system without a switch, or once that is acknowledged', () => {
    const plain = testSystem(2);
    table(plain);
    AuditTrail.fromTrailArn(plain, 'AuditTrail', TRAIL_ARN);
    expect(warnings(plain)).toEqual([]);
    const system = testSystem(2);
    EvacuationSwitch.of(system);
    Validations.of(AuditTrail.fromTrailArn(system, 'AuditTrail', TRAIL_ARN)).acknowledge({ id: 'cdk-multi-region:decisionsNotRecorded', reason: 'the organization records these tables' });
    expect(warnings(system)).toEqual([]);
  });
});
