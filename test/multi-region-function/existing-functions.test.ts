import { App, CfnParameter, Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Alias, Code, Function, FunctionProps, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import {
  ApiAuthorization, GlobalEventBus, GlobalTable, HttpMethod, IMultiRegionFunction, MultiRegionApi, MultiRegionFunction, MultiRegionQueue,
  MultiRegionSystem, ReplicatedWorkflow, SystemUnit, WorkflowDefinition,
} from '../../src';
import { expectNoFindings } from '../support/findings';
import { allTemplates, errorOf, expectPropError, regional, regions, resources, testApp, testSystem } from '../support/synth';

const ACCOUNT = '111122223333';

function handler(scope: Construct, id: string, props: Partial<FunctionProps> = {}): Function {
  return new Function(scope, id, { code: Code.fromInline('exports.handler = async () => ({});'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X, ...props });
}

/** By the name of the region. */
function each(system: MultiRegionSystem, make: (region: string) => IFunction): Record<string, IFunction> {
  return Object.fromEntries(system.regions.map(region => [region, make(region)]));
}

/** A stack of the team's own in each region. */
function teamStack(system: MultiRegionSystem, region: string): Stack {
  return new Stack(system.node.root as App, `Team-${region}`, { env: { region } });
}

/** Where the functions of a team may be. */
const PLACES: Record<string, (system: MultiRegionSystem) => IMultiRegionFunction> = {
  'the region\'s stack': system => MultiRegionFunction.fromFunctions(system, 'Own', each(system, region => handler(system.stackIn(region), 'Handler'))),
  'the region\'s stack, by an alias': system => MultiRegionFunction.fromFunctions(system, 'Own', each(system, region => {
    const stack = system.stackIn(region);
    return new Alias(stack, 'Current', { aliasName: 'current', version: handler(stack, 'Handler').currentVersion });
  })),
  'another stack': system => MultiRegionFunction.fromFunctions(system, 'Own', each(system, region => handler(teamStack(system, region), 'Handler', { functionName: `handler-${region}` }))),
  'another stack, by an alias': system => MultiRegionFunction.fromFunctions(system, 'Own', each(system, region => {
    const stack = teamStack(system, region);
    return new Alias(stack, 'Current', { aliasName: 'current', version: handler(stack, 'Handler', { functionName: 'handler' }).currentVersion });
  })),
  'no stack, by their ARNs': system => MultiRegionFunction.fromFunctions(system, 'Own', each(system, region => (
    Function.fromFunctionArn(system.stackIn(region), 'Handler', `arn:aws:lambda:${region}:${ACCOUNT}:function:handler-${region}:current`)
  ))),
  'no stack, by ARNs that parameters hold': system => MultiRegionFunction.fromFunctions(system, 'Own', each(system, region => (
    Function.fromFunctionArn(system.stackIn(region), 'Handler', new CfnParameter(system.stackIn(region), 'HandlerArn').valueAsString)
  ))),
  'no stack, by the same name': system => MultiRegionFunction.fromFunctionName(system, 'Own', 'handler'),
  'no stack, by the same name and alias': system => MultiRegionFunction.fromFunctionName(system, 'Own', 'handler:current'),
};

/** A system that uses functions for whatever it can. */
function use(system: MultiRegionSystem, fn: IMultiRegionFunction): void {
  const table = new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  const bus = new GlobalEventBus(system, 'Bus');
  const queue = new MultiRegionQueue(system, 'Queue');
  new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.iam() }).addRoute(HttpMethod.GET, '/', fn);
  bus.subscribe('Placed', { eventPattern: { detailType: ['OrderPlaced'] }, target: fn });
  bus.grantPutEvents(fn);
  queue.addConsumer(fn);
  queue.grantSendMessages(fn);
  table.grantReadWriteData(fn);
  table.publishChangesTo(bus, { detailType: 'OrderChanged', enrichment: fn });
  new ReplicatedWorkflow(system, 'File', { definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: fn } }) });
  new ReplicatedWorkflow(system, 'Bound', {
    definition: WorkflowDefinition.fromBinding({ bind: (scope, region) => new LambdaInvoke(scope, 'Invoke', { lambdaFunction: fn.inRegion(region), retryOnServiceExceptions: false }) }),
  });
}

/** The principals that may invoke, by what they name of the function. */
function permissions(template: object): string[] {
  return resources(template, 'AWS::Lambda::Permission')
    .filter(({ Properties: { FunctionName } }) => !/Health|EvacuationLive/.test(JSON.stringify(FunctionName)))
    .map(({ Properties: { Principal, FunctionName } }) => `${Principal} ${text(FunctionName)}`).sort();
}

/** A value of a template, with intrinsic functions as what they are of. */
function text(value: any): string {
  if (typeof value !== 'object') return String(value);
  if (value['Fn::Join']) return value['Fn::Join'][1].map(text).join('');
  return `\${${[value.Ref ?? value['Fn::GetAtt']].flat().join('.')}}`;
}

function warnings(system: MultiRegionSystem): string[] {
  const assembly = (system.node.root as App).synth();
  return assembly.stacks.flatMap(stack => stack.messages).map(({ entry }) => String(entry.data)).filter(message => message.includes('unknownRole'));
}

describe('Functions that there are already', () => {
  test.each(Object.keys(PLACES))('in %s are routes, targets, steps, consumers, enrichments and grantees, without a reference between stacks', place => {
    const system = testSystem(2);
    use(system, PLACES[place](system));
    // refuses references, and stacks that wait for another region
    (system.node.root as App).synth();
    for (const region of system.regions) {
      const template = regional(system, region).toJSON();
      const named = new Set(permissions(template).map(permission => permission.split(' ')[1]));
      expect(named.size).toBe(1);
      expect(permissions(template).map(permission => permission.split(' ')[0])).toEqual(['apigateway.amazonaws.com', 'events.amazonaws.com']);
      const [function_] = named;
      const used = [
        ...resources(template, 'AWS::Events::Rule').flatMap(({ Properties }) => Properties.Targets.map(({ Arn }: any) => text(Arn))),
        ...resources(template, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => text(Properties.FunctionName)),
        ...resources(template, 'AWS::Pipes::Pipe').map(({ Properties }) => text(Properties.Enrichment)),
        ...resources(template, 'AWS::StepFunctions::StateMachine').map(({ Properties }) => text(Properties.DefinitionSubstitutions?.Hello ?? '')),
      ];
      expect(used.filter(value => value === function_)).toHaveLength(4);
      for (const peer of system.peersOf(region)) expect(JSON.stringify(template)).not.toContain(`handler-${peer}`);
    }
  });

  test('of another stack are there before what permits something to invoke them', () => {
    const system = testSystem(2);
    use(system, PLACES['another stack'](system));
    (system.node.root as App).synth();
    for (const region of system.regions) {
      expect(system.stackIn(region).dependencies.map(({ stackName }) => stackName)).toContain(`Team-${region}`);
      expect(permissions(regional(system, region).toJSON())[0]).toBe(`apigateway.amazonaws.com arn:\${AWS::Partition}:lambda:${region}:\${AWS::AccountId}:function:handler-${region}`);
    }
  });

  test('get what they are granted into their role, in whatever stack that is', () => {
    const system = testSystem(1);
    use(system, PLACES['another stack'](system));
    expect(warnings(system)).toEqual([]);
    const [policy] = resources(Template.fromStack((system.node.root as App).node.findChild('Team-ap-southeast-2') as Stack), 'AWS::IAM::Policy');
    const actions = policy.Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action);
    expect(actions).toEqual(expect.arrayContaining(['events:PutEvents', 'sqs:SendMessage', 'sqs:ReceiveMessage', 'dynamodb:GetItem', 'dynamodb:PutItem']));
  });

  test('of an unknown role have its owner told what to add, in IAM\'s own words', () => {
    const system = testSystem(2);
    new MultiRegionQueue(system, 'Queue').grantSendMessages(PLACES['no stack, by the same name'](system));
    expect(warnings(system).map(warning => warning.split(' [ack')[0])).toEqual(system.regions.map(region => (
      `Orders/Own was granted what this app cannot add, because it does not know the role of handler in ${region}: add to that role, before you deploy, `
        + '{"Action":["sqs:SendMessage","sqs:GetQueueAttributes","sqs:GetQueueUrl"],"Effect":"Allow",'
        + `"Resource":"arn:\${AWS::Partition}:sqs:${region}:\${AWS::AccountId}:Orders-Queue"}`
    )));
  });

  test('have no finding for what permits something to invoke them', () => {
    const system = testSystem(2);
    const fn = PLACES['no stack, by the same name'](system);
    use(system, fn);
    // the CDK's own step may invoke every version
    for (const region of system.regions) {
      const arn = `arn:<AWS::Partition>:lambda:${region}:<AWS::AccountId>:function:handler:*`;
      Validations.of(system.stackIn(region).node.findChild('Bound')).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason: 'the CDK grants it' });
    }
    expectNoFindings(system);
  });

  test('of a unit are called from other units by their literal names', () => {
    const system = testSystem(2);
    const unit = new SystemUnit(system, 'Billing');
    const bus = new GlobalEventBus(system, 'Bus');
    for (const [id, name] of [['One', 'handler:one'], ['Two', 'handler:two']]) {
      bus.subscribe(id, { eventPattern: { detailType: [id] }, target: MultiRegionFunction.fromFunctionName(unit, id, name) });
    }
    (system.node.root as App).synth();
    const all = Object.entries(allTemplates(system)).flatMap(([stack, template]) => permissions(template).map(permission => `${stack} ${permission}`));
    expect(all).toEqual(system.regions.flatMap(region => ['one', 'two'].map(alias => (
      `Orders-${region}-mesh events.amazonaws.com arn:\${AWS::Partition}:lambda:${region}:\${AWS::AccountId}:function:handler:${alias}`
    ))).sort());
  });

  test('name their principals, and what is invoked, for each region of the system only', () => {
    const system = testSystem(2);
    const fn = PLACES['the region\'s stack'](system);
    expect(Stack.of(fn.inRegion('us-west-2'))).toBe(system.stackIn('us-west-2'));
    expect(() => fn.inRegion('eu-west-1')).toThrow('allowed: a region of this system: ap-southeast-2, us-west-2 [Orders/Own]');
    expect(() => fn.grantableIn('eu-west-1')).toThrow('allowed: a region of this system');
  });

  test('may consume from a queue unless they are known to take longer than a message is invisible', () => {
    const system = testSystem(1);
    const slow = MultiRegionFunction.fromFunctions(system, 'Slow', each(system, region => handler(system.stackIn(region), 'Handler', { timeout: Duration.minutes(2) })));
    expect(errorOf(() => new MultiRegionQueue(system, 'Queue').addConsumer(slow))).toContain('visibilityTimeout is "1 minute"; allowed: at least the timeout of its consumer');
    const reserved = MultiRegionFunction.fromFunctions(system, 'Few', each(system, region => handler(system.stackIn(region), 'Few', { reservedConcurrentExecutions: 5 })));
    new MultiRegionQueue(system, 'Small').addConsumer(reserved);
    expect(resources(regional(system, 'ap-southeast-2'), 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties.ScalingConfig.MaximumConcurrency)).toContain(5);
  });
});

describe('Functions that there are already are refused', () => {
  const REGION = 'ap-southeast-2';
  const of = (functions: (system: MultiRegionSystem) => Record<string, any>, props: object = {}) => () => {
    const system = testSystem(2, props);
    MultiRegionFunction.fromFunctions(system, 'Own', functions(system));
  };
  const imported = (region: string, account = ACCOUNT) => (system: MultiRegionSystem) => ({
    ...each(system, other => Function.fromFunctionName(system.stackIn(other), 'Other', 'handler')),
    [REGION]: Function.fromFunctionArn(system.globalStack, 'Handler', `arn:aws:lambda:${region}:${account}:function:handler`),
  });

  test('if a region has none, which is named', () => {
    expectPropError(of(system => ({ [REGION]: handler(system.stackIn(REGION), 'Handler') })), 'functions', '["ap-southeast-2"]', 'missing: us-west-2', 'Orders/Own');
    expectPropError(of(() => ({})), 'functions', '[]', 'missing: ap-southeast-2, us-west-2', 'Orders/Own');
  });
  test('if one is of another region', () => {
    expectPropError(of(imported('eu-west-1')), `functions.${REGION}`, 'Orders/global/Handler of eu-west-1', 'a function of ap-southeast-2', 'Orders/Own');
    expectPropError(of(system => each(system, region => Function.fromFunctionName(new Stack(system.node.root as App, region), 'Handler', 'x'))), `functions.${REGION}`, 'of no known region', 'a function of ap-southeast-2', 'Orders/Own');
  });
  test('if one is of another account', () => {
    expectPropError(of(imported(REGION, '444455556666'), { account: ACCOUNT }), `functions.${REGION}`, 'of the account 444455556666', `of the account ${ACCOUNT}`, 'Orders/Own');
    expect(of(imported(REGION), { account: ACCOUNT })).not.toThrow();
  });
  test('if one is in another stack and only its deployment names it', () => {
    const other = (system: MultiRegionSystem, region: string) => handler(teamStack(system, region), 'Handler');
    expectPropError(of(system => each(system, region => other(system, region))), `functions.${REGION}`, `Team-${REGION}/Handler, whose name a deployment makes`, 'fromFunctionName', 'Orders/Own');
    expectPropError(of(system => each(system, region => handler(teamStack(system, region), 'Handler', { functionName: 'x' }).currentVersion)), `functions.${REGION}`, 'CurrentVersion', 'an alias', 'Orders/Own');
  });
  test('if one is no function', () => {
    expectPropError(of(system => each(system, () => 'handler' as any)), `functions.${REGION}`, '"handler"', 'a lambda.IFunction', 'Orders/Own');
  });
  test.each(['', 'my handler', 'x'.repeat(65), 'handler:', 'handler:1', 'arn:aws:lambda:us-west-2:111122223333:function:x', Token.asString({ Ref: 'Name' })])('if the name is %j', name => {
    expect(errorOf(() => MultiRegionFunction.fromFunctionName(testSystem(), 'Own', name))).toMatch(/^functionName is .*; allowed: the name of a function.* \[Orders\/Own\]$/);
  });
  test('if they are the CDK\'s and not by fromFunctions', () => {
    const system = testSystem(1);
    const fn = handler(system.stackIn(REGION), 'Handler') as any;
    const allowed = 'functions that there are already, by MultiRegionFunction.fromFunctions';
    const table = new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    expect(() => new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.iam() }).addRoute(HttpMethod.GET, '/', fn)).toThrow(allowed);
    expect(() => new MultiRegionQueue(system, 'Queue').addConsumer(fn)).toThrow(allowed);
    expect(() => table.publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'Changed', enrichment: fn })).toThrow(allowed);
    expect(() => new ReplicatedWorkflow(system, 'Workflow', { definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: fn } }) })).toThrow(allowed);
  });
  test('not for what regions have that the system has not', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(1));
    const stack = new Stack(app, 'Team', { env: { region: REGION } });
    MultiRegionFunction.fromFunctions(system, 'Own', { [REGION]: handler(stack, 'Handler', { functionName: 'x' }), 'eu-west-1': handler(stack, 'Unused') });
    expect(system.stackIn(REGION).dependencies).toContain(stack);
  });
});
