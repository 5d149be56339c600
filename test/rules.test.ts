/**
 * The rules that hold everywhere, on the example-app, which uses every construct: for 1, 2, 3 and 10 regions, with and without a concrete
 * account.
 */
import { readFileSync } from 'fs';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { FEATURE_FLAGS } from './support/feature-flags';
import { orderSystem } from './support/order-system';
import { regional, regions, resources, templates, testApp } from './support/synth';
import { OrderSystem } from '../example-app/order-system';

const CASES = [1, 2, 3, 10].flatMap(count => [undefined, '111122223333'].map(account => ({ count, account: account ?? 'unresolved', props: { ...regions(count), account } })))
  // more regions take long, and differ from two in nothing but their number
  .filter(({ count, props }) => count < 3 || (count === 10) === Boolean(props.account));

/** A regional template without what may differ with the number of regions: lists of regions in environments, and the ids of versions, which are made of these. */
function withoutLists(template: any, all: string[]): any {
  const copy = JSON.parse(JSON.stringify(template).replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1'));
  for (const { Properties: { Environment: { Variables = {} } = {} } } of resources(copy, 'AWS::Lambda::Function')) {
    Object.keys(Variables).filter(name => Variables[name] === all.join()).forEach(name => { Variables[name] = 'REGIONS'; });
  }
  return copy;
}

const alone = new Map<string | undefined, any>();

/** The regional template of a system of one region. */
function regionAlone(account: string | undefined): any {
  if (!alone.has(account)) {
    const system = orderSystem(testApp(), 1, { account });
    alone.set(account, withoutLists(regional(system, system.primaryRegion).toJSON(), system.regions));
  }
  return alone.get(account);
}

function isOfApi({ Properties: { Principal } }: any): boolean {
  return Principal === 'apigateway.amazonaws.com';
}

describe.each(CASES)('with $count regions and account $account, the example-app', ({ count, props }) => {
  let app: App;
  let system: OrderSystem;
  let all: Record<string, any>;

  beforeAll(() => {
    app = testApp();
    system = orderSystem(app, count, { account: props.account });
    all = templates(system);
  });

  test('has no finding of AwsSolutions and Serverless', () => {
    for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)]) {
      expect(pack.validateScope(app).violations).toEqual([]);
    }
  });

  test('has no reference between stacks', () => {
    for (const template of Object.values(all)) {
      const text = JSON.stringify(template);
      for (const trace of ['Fn::ImportValue', 'Fn::GetStackOutput', 'ExportsReader', 'ExportsWriter', 'Custom::CrossRegion']) {
        expect([trace, text.includes(trace)]).toEqual([trace, false]);
      }
      expect(Object.values<any>(template.Outputs ?? {}).filter(output => output.Export)).toEqual([]);
    }
  });

  test('names another region in a regional stack in nothing but the lists of regions that handlers have', () => {
    for (const region of system.regions) {
      for (const [id, resource] of Object.entries<any>(withoutLists(all[region], system.regions).Resources)) {
        expect([id, system.peersOf(region).filter(peer => JSON.stringify(resource).includes(peer))]).toEqual([id, []]);
      }
    }
  });

  test('has the same regional stack, peers or no peers', () => {
    expect(withoutLists(all[system.primaryRegion], system.regions)).toEqual(regionAlone(props.account));
    expect(Object.keys(all[system.primaryRegion].Resources).length).toBeLessThanOrEqual(280);
  });

  test('has regional stacks that differ in nothing but the region', () => {
    // logical ids that the CDK derives from a stack's path differ; what they stand for must not
    const shape = (stack: string) => Object.values<any>(all[stack].Resources)
      .map(({ Type, Properties }) => [Type, Object.keys(Properties ?? {})].flat().join(' ')).sort();
    for (const region of system.regions) {
      expect(shape(region)).toEqual(shape(system.primaryRegion));
      expect(shape(`${region}-mesh`)).toEqual(shape(`${system.primaryRegion}-mesh`));
    }
  });

  test('keeps what it stores encrypted, and admits TLS only', () => {
    for (const region of system.regions) {
      const queues = resources(all[region], 'AWS::SQS::Queue');
      expect(queues.map(queue => queue.Properties.SqsManagedSseEnabled)).toEqual(queues.map(() => true));
      const policies = resources(all[region], 'AWS::SQS::QueuePolicy');
      expect(policies).toHaveLength(queues.length);
      for (const policy of policies) {
        expect(policy.Properties.PolicyDocument.Statement).toContainEqual(expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
      }
    }
  });

  test('grants nothing on everything but what AWS cannot restrict, and that by policies of its own', () => {
    const onEverything = ({ PolicyDocument }: any) => PolicyDocument.Statement.some(({ Resource }: any) => [Resource].flat().includes('*'));
    for (const template of Object.values(all)) {
      // permissions are in their role, and there before whatever names it
      expect(resources(template, 'AWS::IAM::Policy')).toEqual([]);
      const roles = resources(template, 'AWS::IAM::Role');
      expect(roles.flatMap(({ Properties }) => Properties.Policies ?? []).filter(onEverything)).toEqual([]);
      const managed = Object.entries<any>(template.Resources).filter(([, { Type, Properties }]) => Type === 'AWS::IAM::ManagedPolicy' && onEverything(Properties));
      for (const [id] of managed) expect(id).toMatch(/^(Tracing|LogDelivery)[0-9A-F]{8}$/);
    }
  });

  // else events are dropped that come before: EventBridge does not try again what it may not deliver, and the dead-letter queue may not take it yet
  test('has what lets a rule deliver before the rule, wherever both are in one stack', () => {
    const missing: string[] = [];
    let found = 0;
    for (const [stack, { Resources }] of Object.entries<any>(all)) {
      const policies = Object.entries<any>(Resources).flatMap(([id, { Type, Properties }]) => ({
        'AWS::SQS::QueuePolicy': Properties?.Queues, 'AWS::SNS::TopicPolicy': Properties?.Topics, 'AWS::Lambda::Permission': [Properties?.FunctionName],
      }[Type as string] ?? []).map(({ Ref }: any) => ({ id, Ref })));
      for (const [id, { Properties: { Targets }, DependsOn = [] }] of Object.entries<any>(Resources).filter(([, { Type }]) => Type === 'AWS::Events::Rule')) {
        const receivers = JSON.stringify(Targets.map(({ Arn, DeadLetterConfig }: any) => [Arn, DeadLetterConfig]));
        const own = policies.filter(({ Ref }) => receivers.includes(`"${Ref}"`) && Ref !== undefined);
        found += own.length;
        missing.push(...own.filter(policy => !DependsOn.includes(policy.id) && !isOfApi(Resources[policy.id])).map(policy => `${stack}/${id} ${policy.id}`));
      }
    }
    expect(missing).toEqual([]);
    expect(found).toBeGreaterThan(5 * count);
  });

  test('stays below the limit of 500 resources per stack', () => {
    for (const template of Object.values(all)) {
      expect(Object.keys(template.Resources).length).toBeLessThan(500);
    }
  });
});

describe('the example-app', () => {
  const { CDK_VALIDATION, JSII_DEPRECATED } = process.env;
  afterEach(() => { Object.assign(process.env, { CDK_VALIDATION, JSII_DEPRECATED }); });

  test('uses nothing that is deprecated in the CDK', () => {
    process.env.JSII_DEPRECATED = 'fail';
    const app = testApp();
    orderSystem(app, 2);
    expect(() => app.synth()).not.toThrow();
  });

  test.each(Object.entries(FEATURE_FLAGS))('with %s passes the CDK\'s own template validation, and both packs', (_, context) => {
    process.env.CDK_VALIDATION = 'true';
    const app = testApp({ context });
    orderSystem(app, 2);
    const { directory } = app.synth();
    expect(JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
    for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)]) {
      expect(pack.validateScope(app).violations).toEqual([]);
    }
  });
});
