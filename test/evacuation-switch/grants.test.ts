/** Who may evacuate a region is a grant. */
import { EvacuationSwitch, MultiRegionFunction, MultiRegionSystem } from '../../src';
import { decisions, grantedToAnOperator, IamRequest, literal } from '../support/iam-policy';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, expectPropError, regional, statementsOf, testSystem } from '../support/synth';

const ACCOUNT = '111122223333';

const request = (operation: string, key: string | undefined, region = 'us-west-2', table = 'Orders-Control-Table'): IamRequest => ({
  action: `dynamodb:${operation}`,
  resource: `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${table}`,
  keys: key === undefined ? {} : { 'dynamodb:LeadingKeys': [key] },
});

describe('EvacuationSwitch.grantEvacuate', () => {
  test.each([1, 2, 10])('names the control table of each of %i regions, for a principal of any stack', count => {
    const system = testSystem(count, { account: ACCOUNT });
    const statements = grantedToAnOperator(system, operator => expect(EvacuationSwitch.of(system).grantEvacuate(operator).success).toBe(true));
    expect(statements).toHaveLength(1);
    expect([statements[0].Resource].flat()).toEqual(system.regions.map(region => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/Orders-Control-Table`));
    expectOwnReferencesOnly(system);
  });

  test.each<[string, (system: MultiRegionSystem) => any]>([
    ['nothing', () => undefined], ['null', () => null], ['a function of all regions', system => new MultiRegionFunction(system, 'Handler', { codePath: CODE })],
  ])('throws if it is given %s', (_, grantee) => {
    const system = testSystem();
    expectPropError(() => EvacuationSwitch.of(system).grantEvacuate(grantee(system)), 'grantee', '', 'something with a principal, such as a role', 'Orders/Control');
  });

  test('allows IAM\'s evaluation of what the runbook does, and of nothing else', async () => {
    const system = testSystem(2, { account: ACCOUNT });
    const statements = grantedToAnOperator(system, operator => EvacuationSwitch.of(system).grantEvacuate(operator));
    const evacuation = 'evacuation#us-west-2';
    expect(await decisions(statements, [
      ...['PutItem', 'DeleteItem', 'GetItem', 'BatchGetItem'].flatMap(operation => system.regions.map(region => request(operation, evacuation, region))),
      request('PutItem', 'evacuation#eu-west-1'),
    ])).toEqual(Array.from({ length: 9 }, () => 'Allow'));
    const refused = [
      ...['UpdateItem', 'BatchWriteItem', 'Query'].map(operation => request(operation, evacuation)),
      request('Scan', undefined),
      request('PutItem', undefined),
      request('PutItem', 'something-else'),
      request('PutItem', 'x-evacuation#us-west-2'),
      request('PutItem', evacuation, 'eu-west-1'),
      request('PutItem', evacuation, 'us-west-2', 'Orders-OrdersTable'),
      { ...request('PutItem', evacuation), keys: { 'dynamodb:LeadingKeys': [evacuation, 'something-else'] } },
    ];
    expect(await decisions(statements, refused)).toEqual(refused.map(() => 'ImplicitDeny'));
  }, 120_000);
});

describe('the functions that read the control table', () => {
  test('may send the one request that each sends', () => {
    const system = testSystem(2, { account: ACCOUNT });
    EvacuationSwitch.of(system)._answerFor(system);
    for (const region of system.regions) {
      expect(literal(statementsOf(regional(system, region), 'ControlEvacuationRole')).filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'))).toEqual([
        { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: `arn:aws:dynamodb:${region}:${ACCOUNT}:table/Orders-Control-Table` },
      ]);
    }
  });
});
