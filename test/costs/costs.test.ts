/** What the example-app costs, as docs/COSTS.md says. To write it there: UPDATE_DOCS=1 npx jest test/costs */
import { billOf, totalOf } from './bill';
import { Facts, factsOf, happyPath } from './facts';
import { LEVERS } from './levers';
import { Item, priceOf, PRICES, usd } from './prices';
import { tableByRegions, tableByUse, tableOfAssumptions, tableOfBills, tableOfLevers, tableOfPrices } from './tables';
import { ofOrders, standing } from './usage';
import { expectDocumented } from '../support/docs';
import { orderSystem } from '../support/order-system';
import { regional, resources, testApp } from '../support/synth';

const COSTS = 'docs/COSTS.md';
const REGIONS = [2, 3, 5];
const RATES = [0, 10, 1000];

let facts: Facts;
beforeAll(() => {
  facts = factsOf(2);
});

describe('the costs of the example-app', () => {
  test('follow what an order causes in the templates', () => {
    const system = orderSystem(testApp(), 2);
    const template = regional(system, system.primaryRegion);
    const definition = JSON.parse(resources(template, 'AWS::StepFunctions::StateMachine')[0].Properties.DefinitionString);
    const path = happyPath(definition).map(name => definition.States[name].Resource.split(':::')[1]);
    // three invocations of steps, and the outcome is written
    expect(path).toEqual(['lambda:invoke', 'lambda:invoke', 'lambda:invoke', 'dynamodb:putItem']);
    const consumers = resources(template, 'AWS::Events::Rule').map(({ Properties }) => Properties).filter(({ EventBusName }) => EventBusName)
      .map(({ EventPattern }) => [EventPattern['detail-type'][0], EventPattern.region === undefined ? 'every region' : 'origin']);
    expect(consumers).toEqual([['OrderChanged', 'every region'], ['OrderChanged', 'origin'], ['OrderPlaced', 'every region']]);
    const filters = resources(template, 'AWS::Pipes::Pipe').flatMap(({ Properties }) => Properties.SourceParameters.FilterCriteria.Filters.map(({ Pattern }: any) => JSON.parse(Pattern)));
    expect(filters.map(({ dynamodb: { NewImage } }) => [NewImage.sk.S, NewImage.region !== undefined])).toEqual([[['order', 'outcome'], true], [['order'], false]]);
  });

  test('of an order are those of its transitions, events and writes', () => {
    const quantity = (item: Item) => ofOrders(1, facts).filter(line => line.item === item).reduce((sum, line) => sum + line.quantity, 0);
    expect(quantity('state transition')).toBe(5);
    expect(quantity('custom event')).toBe(3);
    expect(quantity('event to a peer')).toBe(3);
    // eight items, and the ledger's two writes, in two replicas each
    expect(quantity('replicated write unit')).toBe(20);
    expect(usd('state transition', 5e6)).toBeCloseTo(125);
  });

  test('that stand are the only ones of a system without requests, and grow faster than its regions', () => {
    const total = (one: Facts) => totalOf(billOf(one, 0));
    expect(total(facts)).toBeCloseTo(standing(facts).reduce((sum, { item, quantity }) => sum + usd(item, quantity), 0));
    expect(total(factsOf(1)) * 2).toBeLessThan(total(facts));
  });

  test.each(LEVERS.filter(({ change }) => change))('are lower with $construct, $code', ({ change }) => {
    expect(totalOf(billOf(change!(facts), 10))).toBeLessThan(totalOf(billOf(facts, 10)));
  });

  test('have a source for each price', () => {
    (Object.keys(PRICES) as Item[]).forEach(item => expect(priceOf(item)).toMatchObject({ source: expect.stringMatching(/^https:\/\//), usd: expect.any(Number) }));
  });

  test('are shown with what costs most first, and without what costs nothing', () => {
    expect(tableOfBills(['a', 'b'], [new Map([['x', 1], ['nothing', 0]]), new Map([['x', 2], ['y', 1234]])])).toBe([
      '| USD | a | b |', '| --- | ---: | ---: |', '| y | 0.00 | 1,234 |', '| x | 1.00 | 2.00 |', '| **in all** | **1.00** | **1,236** |',
    ].join('\n'));
  });
});

test('docs/COSTS.md has the prices and assumptions', () => {
  expectDocumented(COSTS, 'prices', tableOfPrices());
  expectDocumented(COSTS, 'assumptions', tableOfAssumptions());
});

// by npm run test:long
(process.env.LONG || process.env.UPDATE_DOCS ? test : test.skip)('docs/COSTS.md has the costs', () => {
  const all = REGIONS.map(count => factsOf(count));
  expectDocumented(COSTS, 'costs', tableByRegions(all, RATES));
  expectDocumented(COSTS, 'costs by use', tableByUse(all));
  expectDocumented(COSTS, 'levers', tableOfLevers(all[1], RATES));
}, 120_000);
