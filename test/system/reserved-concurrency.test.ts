/** Product functions that use up the concurrency of an account take no region out of service. */
import { App, Token, Validations } from 'aws-cdk-lib';
import { SynthesisMessageLevel } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import {
  ApiAuthorization, ComplianceMode, GlobalEventBus, MultiRegionApi, MultiRegionFunction, MultiRegionSystem, MultiRegionSystemProps,
  ReplicatedWorkflow, SystemUnit, WorkflowDefinition, WorkflowOwnership,
} from '../../src';
import { SWEEPER_CONCURRENCY, SWEEPER_HELPERS } from '../../src/replicated-workflow/constants';
import { DOMAIN } from '../support/order-system';
import { allTemplates, CODE, expectPropError, resources, testSystem } from '../support/synth';

const ID = 'cdk-multi-region:reservedConcurrency';
const definition = (hello: MultiRegionFunction) => WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: hello } });

/** A system with an API and some workflows. */
function build(props: Partial<MultiRegionSystemProps> = {}, { workflows = 1, takeover = true } = {}): MultiRegionSystem {
  const system = testSystem(2, props);
  new MultiRegionApi(system, 'Api', { domain: DOMAIN, authorization: ApiAuthorization.none({ reason: 'a test' }) });
  const bus = new GlobalEventBus(system, 'Bus');
  const hello = new MultiRegionFunction(system, 'Hello', { codePath: CODE });
  const units = Array.from({ length: Math.ceil(workflows / 5) }, (_, i) => (i === 0 ? system : new SystemUnit(system, `U${i}`)));
  for (let i = 0; i < workflows; i++) {
    new ReplicatedWorkflow(units[Math.floor(i / 5)], `W${i}`, {
      definition: definition(hello),
      trigger: { bus, eventPattern: { detailType: [`Happened${i}`] }, idempotencyKeyPath: '$.detail.id' },
      ownership: WorkflowOwnership.originRegion({ takeover }),
    });
  }
  return system;
}

/** What is reserved, by the end of the function's name, in each stack of a region. */
function reservedIn(system: MultiRegionSystem, region: string): Record<string, number> {
  return Object.fromEntries(Object.values(allTemplates(system, stack => stack.region === region)).flatMap(template => (
    resources(template, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.ReservedConcurrentExecutions !== undefined)
      .map(({ Properties }) => [Properties.FunctionName, Properties.ReservedConcurrentExecutions])
  )));
}

const warnings = (system: MultiRegionSystem) => (system.node.root as App).synth().stacks.flatMap(({ messages }) => messages)
  .filter(({ level, entry }) => level === SynthesisMessageLevel.WARNING && /reserve a concurrency/.test(String(entry.data)))
  .map(({ entry }) => entry.data);

describe('MultiRegionSystem', () => {
  test('reserves concurrency, in every region, for what answers health checks and sends heartbeats, and for nothing else', () => {
    const system = build();
    for (const region of system.regions) {
      expect(reservedIn(system, region)).toEqual({ 'Orders-Api-Health': 20, 'Orders-Control-Evacuation': 10, 'Orders-W0-Ledger-Sweeper': 10 });
    }
    expect(warnings(system)).toEqual([]);
  });

  test('reserves none for heartbeats that nobody sends', () => {
    const system = build({}, { takeover: false });
    expect(reservedIn(system, 'us-west-2')).toEqual({ 'Orders-Api-Health': 20, 'Orders-Control-Evacuation': 10 });
  });

  test('reserves as much as asked', () => {
    const system = build({ reservedConcurrency: { health: 50, evacuation: 5 } });
    expect(reservedIn(system, 'us-west-2')).toEqual({ 'Orders-Api-Health': 50, 'Orders-Control-Evacuation': 5, 'Orders-W0-Ledger-Sweeper': 10 });
  });

  test('reserves none in a small account', () => {
    const system = build({ reservedConcurrency: { enabled: false, health: 50 } });
    expect(reservedIn(system, 'us-west-2')).toEqual({});
  });

  test('leaves room for the next run of a sweeper whose helpers are all at work', () => {
    const itself = 1;
    expect(itself + SWEEPER_HELPERS + itself).toBe(SWEEPER_CONCURRENCY);
    expect(reservedIn(build(), 'us-west-2')['Orders-W0-Ledger-Sweeper']).toBe(SWEEPER_CONCURRENCY);
  });

  test.each([true, false])('has no finding on concurrency, and acknowledges none where there is none, with enabled: %s', enabled => {
    const system = build({ compliance: ComplianceMode.STRICT, reservedConcurrency: { enabled } });
    const packs = [AwsSolutionsChecks, ServerlessChecks, HIPAASecurityChecks, NIST80053R5Checks];
    const found = packs.flatMap(Pack => new Pack().validateScope(system.node.root).violations).filter(({ ruleName }) => /Concurrency/.test(ruleName));
    expect(found).toEqual([]);
    const acknowledged = system.node.findAll().filter(({ node }) => node.metadata.some(({ data }) => /LambdaConcurrency/.test(JSON.stringify(data) ?? ''))).map(({ node }) => node.path);
    for (const name of ['Api/Health', 'Control/Evacuation', 'W0/Ledger/Sweeper']) {
      expect([name, acknowledged.some(path => path.includes(name))]).toEqual([name, !enabled]);
    }
    expect(acknowledged.some(path => path.includes('Hello'))).toBe(true);
  });

  describe('warns when much is reserved in a region', () => {
    test('by many workflows, in whatever units', () => {
      const system = build({ reservedConcurrency: { health: 140 } }, { workflows: 6 });
      expect(warnings(system)).toEqual([expect.stringMatching(/^Orders: functions reserve a concurrency of 210 in ap-southeast-2, 210 in us-west-2\. Lambda refuses .* less than 100 .* have the quota raised/)]);
    });

    test('by functions of the user', () => {
      const system = testSystem(1);
      new MultiRegionFunction(system, 'Hello', { codePath: CODE, reservedConcurrentExecutions: 201 });
      expect(warnings(system)).toEqual([expect.stringContaining('201 in ap-southeast-2')]);
    });

    test('unless it is no more than a fifth of the default quota', () => {
      expect(warnings(build({ reservedConcurrency: { health: 140 } }, { workflows: 5 }))).toEqual([]);
    });

    test('unless that is acknowledged', () => {
      const system = testSystem(1);
      new MultiRegionFunction(system, 'Hello', { codePath: CODE, reservedConcurrentExecutions: 201 });
      Validations.of(system).acknowledge({ id: ID, reason: 'the quota was raised' });
      expect(warnings(system)).toEqual([]);
    });
  });

  test.each<[string, number, string]>([
    ['health', 4, '4'], ['health', 1001, '1001'], ['evacuation', 0, '0'], ['evacuation', 5.5, '5.5'], ['health', NaN, 'NaN'],
    ['evacuation', Token.asNumber({ Ref: 'Parameter' }), 'an unresolved token'],
  ])('throws if %s is not a literal number in its range: %s', (prop, value, shown) => {
    expectPropError(() => testSystem(1, { reservedConcurrency: { [prop]: value } }), `reservedConcurrency.${prop}`, shown, 'a whole number from 5 to 1000', 'Orders');
  });
});
