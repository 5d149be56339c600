/** What each function of a workflow may do with its ledger, and what an operator may. */
import { GlobalEventBus, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, ReplicatedWorkflowProps, WorkflowDefinition, WorkflowOwnership } from '../../src';
import { roleNamePrefix } from '../../src/system/names';
import { decisions, grantedToAnOperator, IamRequest, literal } from '../support/iam-policy';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, expectPropError, regional, regionNames, statementsOf, testSystem } from '../support/synth';

const ACCOUNT = '111122223333';
const TABLE = 'Orders-Fulfilment-Ledger-Table';
const arn = (region: string, index = '') => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${TABLE}${index}`;

function workflow(system: MultiRegionSystem, props: Partial<ReplicatedWorkflowProps> = {}): ReplicatedWorkflow {
  return new ReplicatedWorkflow(system, 'Fulfilment', {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: new MultiRegionFunction(system, 'Hello', { codePath: CODE }) } }),
    trigger: { bus: new GlobalEventBus(system, 'Bus'), eventPattern: { detailType: ['OrderPlaced'] }, idempotencyKeyPath: '$.detail.orderId' },
    ...props,
  });
}

/** What the roles whose ids begin with something may do with tables in a region: actions and resources. */
function tablePermissions(system: MultiRegionSystem, region: string, role: string): [string[], string[]][] {
  return literal(statementsOf(regional(system, region), role))
    .map(({ Action, Resource }): [string[], string[]] => [[Action].flat(), [Resource].flat()])
    .filter(([actions]) => actions.some(action => action.startsWith('dynamodb:')));
}

describe('ReplicatedWorkflow', () => {
  test('lets each of its functions send the requests to tables that it sends, and no others', () => {
    const system = testSystem(2, { account: ACCOUNT });
    workflow(system);
    for (const region of system.regions) {
      const [query, put, update, look] = ['Query', 'PutItem', 'UpdateItem', 'BatchGetItem'].map(action => `dynamodb:${action}`);
      expect(tablePermissions(system, region, 'FulfilmentStarterRole')).toEqual([[[query, put], [arn(region)]]]);
      expect(tablePermissions(system, region, 'FulfilmentLedgerSweeperRole')).toEqual([
        [[query, put, update], [arn(region)]],
        [[query], [arn(region, '/index/open')]],
        [[look], [`arn:aws:dynamodb:${region}:${ACCOUNT}:table/Orders-Control-Table`]],
      ]);
      expect(tablePermissions(system, region, 'FulfilmentLedgerRecorderRole')).toEqual([[[update], [arn(region)]]]);
      // whatever a product's function may do, it is nothing with these tables
      expect(tablePermissions(system, region, 'HelloRole')).toEqual([]);
    }
  });

  test('lets the recorder, which reads nothing, use the key of an encrypted ledger for its writes', () => {
    const system = testSystem(2, { account: ACCOUNT });
    workflow(system, { encryptionKeyArns: Object.fromEntries(system.regions.map(region => [region, `arn:aws:kms:${region}:${ACCOUNT}:key/mrk-1`])) });
    for (const region of system.regions) {
      expect(literal(statementsOf(regional(system, region), 'FulfilmentLedgerRecorderRole'))).toContainEqual({
        Effect: 'Allow',
        Action: expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']),
        Resource: `arn:aws:kms:${region}:${ACCOUNT}:key/mrk-1`,
        Condition: { StringLike: { 'kms:ViaService': `dynamodb.${region}.*` } },
      });
    }
  });
});

describe('ReplicatedWorkflow.grantTakeoverControl', () => {
  const NAMES = ['pk', 'region'];
  const update = (attributes: string[], returnValues = 'NONE', region = 'us-west-2'): IamRequest => ({
    action: 'dynamodb:UpdateItem', resource: arn(region), keys: { 'dynamodb:Attributes': [...NAMES, ...attributes], 'dynamodb:ReturnValues': returnValues },
  });
  const read = (operation: string, attributes: string[] | undefined, index = ''): IamRequest => ({
    action: `dynamodb:${operation}`,
    resource: arn('us-west-2', index),
    keys: attributes ? { 'dynamodb:Attributes': [...NAMES, ...attributes], 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' } : { 'dynamodb:Select': 'ALL_ATTRIBUTES' },
  });

  test('allows IAM\'s evaluation of what an operator sets and looks at, and of nothing else', async () => {
    const system = testSystem(2, { account: ACCOUNT });
    const flow = workflow(system);
    const statements = grantedToAnOperator(system, operator => expect(flow.grantTakeoverControl(operator).success).toBe(true));
    const allowed = [
      ...system.regions.map(region => update(['forced', 'dueAt'], 'NONE', region)),
      update(['forbidden']), update(['forced', 'forbidden', 'dueAt'], 'UPDATED_NEW'), update(['forced'], 'UPDATED_OLD'),
      read('GetItem', ['status', 'origin', 'publishedAt', 'startedAt', 'endedAt', 'dueAt', 'forced', 'forbidden', 'expiresAt']),
      read('Query', ['status']), read('Query', ['openIn', 'dueAt'], '/index/open'), read('Query', ['beatAt', 'upSince']),
    ];
    expect(await decisions(statements, allowed)).toEqual(allowed.map(() => 'Allow'));
    const refused = [
      ...['status', 'input', 'startedAt', 'expiresAt', 'openIn', 'beatAt'].map(attribute => update(['forced', attribute])),
      ...['ALL_OLD', 'ALL_NEW'].map(returnValues => update(['forced'], returnValues)),
      update(['forced'], 'NONE', 'eu-west-1'),
      ...['PutItem', 'DeleteItem', 'BatchWriteItem', 'Scan', 'BatchGetItem'].map(operation => ({ ...update(['forced']), action: `dynamodb:${operation}` })),
      read('GetItem', ['status', 'input']), read('Query', ['traceHeader']),
      read('GetItem', undefined), read('Query', undefined), read('Query', undefined, '/index/open'),
    ];
    expect(await decisions(statements, refused)).toEqual(refused.map(() => 'ImplicitDeny'));
    expectOwnReferencesOnly(system);
  }, 120_000);

  test('lets the operator use the keys of all regions, through DynamoDB there', () => {
    const system = testSystem(2, { account: ACCOUNT });
    const keys = Object.fromEntries(system.regions.map(region => [region, `arn:aws:kms:${region}:${ACCOUNT}:key/mrk-1`]));
    const statements = grantedToAnOperator(system, operator => workflow(system, { encryptionKeyArns: keys }).grantTakeoverControl(operator));
    const ofKeys = statements.filter(({ Action }) => Action.includes('kms:Decrypt'));
    expect(ofKeys.map(({ Resource }) => Resource)).toEqual(ofKeys.map(() => Object.values(keys)));
    expect(ofKeys[0].Condition).toEqual({ StringLike: { 'kms:ViaService': system.regions.map(region => `dynamodb.${region}.*`) } });
  });

  test('throws without a principal', () => {
    expectPropError(() => workflow(testSystem()).grantTakeoverControl(undefined as any), 'grantee', 'undefined', 'something with a principal', 'Orders/Fulfilment');
  });

  test.each<[string, Partial<ReplicatedWorkflowProps>]>([
    ['without takeover', { ownership: WorkflowOwnership.originRegion({ takeover: false }) }],
    ['that every region runs', { ownership: WorkflowOwnership.everyRegion() }],
    ['without a trigger', { trigger: undefined }],
  ])('throws for a workflow %s', (_, props) => {
    const system = testSystem();
    const flow = workflow(system, props);
    expect(flow.ledgerTable).toBeUndefined();
    expectPropError(() => grantedToAnOperator(system, operator => flow.grantTakeoverControl(operator)), 'ownership', 'without takeover', 'WorkflowOwnership.originRegion() with a trigger', 'Orders/Fulfilment');
  });
});

describe('the names of roles that an audit trail knows', () => {
  const longest = 'x'.repeat(64);

  test.each(['Orders-Fulfilment-Starter', 'x'.repeat(47), 'x'.repeat(48), longest])('fit IAM in every region: %s', functionName => {
    const names = regionNames(20).concat('us-isof-south-1').map(region => `${roleNamePrefix(functionName)}${region}`);
    expect(names.filter(name => name.length > 64 || !/^[\w+=,.@-]+$/.test(name))).toEqual([]);
    expect(names[0].startsWith(functionName.slice(0, 38))).toBe(true);
  });

  test('are readable if they can be, and differ if they are cut', () => {
    expect(roleNamePrefix('Orders-Fulfilment-Starter')).toBe('Orders-Fulfilment-Starter-');
    expect(new Set([`${longest.slice(1)}a`, `${longest.slice(1)}b`, longest.slice(0, 47), longest.slice(0, 48)].map(roleNamePrefix)).size).toBe(4);
  });

  test('begin no other one\'s', () => {
    const system = testSystem(2, { systemName: 'A'.repeat(30) });
    workflow(system);
    const names = system.regions.flatMap(region => Object.values<any>(regional(system, region).findResources('AWS::IAM::Role')).map(({ Properties }) => Properties.RoleName).filter(Boolean));
    expect(names).toHaveLength(6);
    expect(new Set(names).size).toBe(6);
  });
});
