import { askedWorkflow } from '../../../cli/takeover/asked-workflow';
import { described } from '../../support/described';
import { orderSystem } from '../../support/order-system';
import { testApp } from '../../support/synth';

const app = testApp();
orderSystem(app, 2);
const description = described(app);
const [fulfilment] = description.workflows;

describe('the workflow', () => {
  test('is the only one with a ledger, and has the same ledger with and without an assembly', () => {
    const found = askedWorkflow({ name: 'Orders', description });
    expect(found).toEqual({ name: 'Orders-Fulfilment', ledger: fulfilment.ledger });
    expect([askedWorkflow({ name: 'Orders' }, 'Fulfilment'), askedWorkflow({ name: 'Orders' }, 'Orders-Fulfilment')]).toEqual([found, found]);
  });

  test('is named if there are several', () => {
    const several = { ...description, workflows: [fulfilment, { ...fulfilment, name: 'Orders-Returns', ledger: 'R' }] };
    expect(() => askedWorkflow({ name: 'Orders', description: several })).toThrow('name one of Orders-Fulfilment, Orders-Returns by --workflow');
    expect(askedWorkflow({ name: 'Orders', description: several }, 'Returns')).toEqual({ name: 'Orders-Returns', ledger: 'R' });
    expect(() => askedWorkflow({ name: 'Orders', description: several }, 'Return')).toThrow('Orders has no workflow Return ');
  });

  test('must be one that regions take over, and is named without an assembly', () => {
    const without = { ...description, workflows: [{ ...fulfilment, ledger: undefined }] };
    expect(() => askedWorkflow({ name: 'Orders', description: without })).toThrow('Orders has no workflow that regions take over');
    expect(() => askedWorkflow({ name: 'Orders' })).toThrow('name the workflow by --workflow');
  });
});
