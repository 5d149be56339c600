/** What a user adds many times does not fill what AWS limits, with the longest names that there are. */
import { GlobalEventBus, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, SystemUnit } from '../../src';
import { sizeOf } from '../../src/system/inline-role';
import { countResources } from '../../src/system/region-stacks';
import { allTemplates, CODE, regionNames, resources, testApp } from '../support/synth';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const QUEUE_POLICY = { statements: 20, bytes: 8_192 };
/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const FUNCTION_POLICY_BYTES = 20_480;
/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_RULES = 300;

const longest = (prefix: string, length: number) => prefix + 'x'.repeat(length - prefix.length);

/** A system with the longest names of a bus, its rules, a function and a queue, and 60 subscriptions of each. */
function crowded(count: number, { isSplit = false } = {}): MultiRegionSystem {
  const [primaryRegion, ...secondaryRegions] = regionNames(count);
  const system = new MultiRegionSystem(testApp(), 'Orders', { primaryRegion, secondaryRegions });
  const unit = isSplit ? new SystemUnit(system, 'U') : system;
  const prefix = isSplit ? 'Orders-U-' : 'Orders-';
  const bus = new GlobalEventBus(system, 'Bus', { eventBusName: longest('bus', 248) });
  const fn = new MultiRegionFunction(unit, longest('', 64 - prefix.length), { codePath: CODE });
  const queue = new MultiRegionQueue(unit, longest('', 80 - prefix.length - '-poison'.length));
  for (let i = 0; i < 60; i++) {
    const id = longest(`s${i}-`, 64);
    bus.subscribe(id, { eventPattern: { source: [`orders.${i}`] }, target: fn });
    bus.subscribe(longest(`q${i}-`, 64), { eventPattern: { source: [`orders.${i}`] }, target: queue });
  }
  bus.grantPutEvents(fn);
  return system;
}

/** The policies that Lambda makes of permissions, by the function that they are of, each statement as long as Lambda writes it. */
function functionPolicies(template: any): number[] {
  const statements = resources(template, 'AWS::Lambda::Permission').map(({ Properties: { FunctionName, Principal, SourceArn, SourceAccount, Action } }) => ({
    fn: JSON.stringify(FunctionName),
    statement: {
      Sid: 'x'.repeat(100),
      Effect: 'Allow',
      Principal: { Service: Principal },
      Action,
      Resource: 'x'.repeat(160),
      Condition: { StringEquals: { 'AWS:SourceAccount': SourceAccount }, ArnLike: { 'AWS:SourceArn': SourceArn } },
    },
  }));
  return [...new Set(statements.map(({ fn }) => fn))].map(each => sizeOf({ Version: '2012-10-17', Id: 'default', Statement: statements.filter(({ fn }) => fn === each).map(({ statement }) => statement) }));
}

describe.each([[2, false], [2, true], [20, false]])('a bus with 120 subscriptions in %i regions, targets in another unit: %s', (count, isSplit) => {
  let system: MultiRegionSystem;
  let all: [string, any][];

  beforeAll(() => {
    system = crowded(count, { isSplit });
    // regions are alike: two of them will do
    all = Object.entries(allTemplates(system, stack => system.regions.slice(0, 2).includes(stack.region)));
  }, 120_000);

  test('keeps every queue policy within 20 statements and 8,192 bytes, at less than a half', () => {
    const policies = all.flatMap(([, template]) => resources(template, 'AWS::SQS::QueuePolicy')).map(({ Properties }) => Properties.PolicyDocument);
    expect(policies.filter(policy => JSON.stringify(policy).includes('/heartbeats-from-*'))).toHaveLength(2);
    expect(Math.max(...policies.map(({ Statement }) => Statement.length))).toBe(2);
    expect(Math.max(...policies.map(sizeOf))).toBeLessThan(QUEUE_POLICY.bytes / 2);
  });

  test('keeps every function policy within 20,480 bytes, at less than a half', () => {
    const sizes = all.flatMap(([, template]) => functionPolicies(template));
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThan(FUNCTION_POLICY_BYTES / 2);
  });

  test('keeps every stack within 500 resources, and every bus within 300 rules', () => {
    system._allStacks.forEach(stack => expect([stack.stackName, countResources(stack) < 500]).toEqual([stack.stackName, true]));
    for (const region of system.regions.slice(0, 2)) {
      const rules = all.filter(([name]) => name.startsWith(`Orders-${region}`)).flatMap(([, template]) => resources(template, 'AWS::Events::Rule')).map(({ Properties }) => JSON.stringify(Properties.EventBusName));
      expect(rules.length).toBeGreaterThan(120);
      expect(rules.length).toBeLessThan(MAX_RULES);
    }
  });

  test('has roles that IAM takes', () => {
    expect(() => system.node.findAll().flatMap(({ node }) => node.validate()).forEach(error => { throw new Error(error); })).not.toThrow();
  });
});
