/** No stack of a system depends on another one, nor another one on it, but by the three waves: whatever the mechanism, whoever refers, whatever feature flags the app has. */
import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, CfnOutput, CfnResource, Fn, NestedStack, ReferenceStrength, Stack, Stage } from 'aws-cdk-lib';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { DEFAULT_CROSS_STACK_REFERENCES } from 'aws-cdk-lib/cx-api';
import { MultiRegionQueue, MultiRegionSystem, SystemUnit } from '../../src';
import { FEATURE_FLAGS } from '../support/feature-flags';
import { errorOf, regions, testApp } from '../support/synth';

const ACCOUNT = '111122223333';
const [HERE, THERE] = ['ap-southeast-2', 'us-west-2'];

const FLAGS = {
  ...FEATURE_FLAGS,
  ...Object.fromEntries(['strong', 'weak', 'both'].map(strength => [`${strength} references`, { [DEFAULT_CROSS_STACK_REFERENCES]: strength }])),
};

class Estate {
  public readonly app: App;
  public readonly system: MultiRegionSystem;
  public readonly unit: SystemUnit;

  constructor(context: Record<string, unknown> = {}, stageName?: string) {
    this.app = testApp({ context });
    const scope = stageName ? new Stage(this.app, stageName) : this.app;
    this.system = new MultiRegionSystem(scope, 'Orders', { ...regions(2), account: ACCOUNT });
    this.unit = new SystemUnit(this.system, 'Billing');
  }

  /** A stack that is not the system's. */
  public stranger(region: string, account = ACCOUNT, id = 'Stranger'): Stack {
    return new Stack(this.system.node.scope!, id, { env: { region, account } });
  }
}

type End = (estate: Estate) => Stack;

/** The stacks by what they are. */
const END: Record<string, End> = {
  'the global stack': ({ system }) => system.globalStack,
  'the regional stack': ({ system }) => system.stackIn(HERE),
  'the regional stack of a peer': ({ system }) => system.stackIn(THERE),
  'the mesh stack': ({ system }) => system.meshStackIn(HERE),
  'the regional stack of a unit': ({ unit }) => unit._stacks.stackIn(HERE),
  'the mesh stack of a unit': ({ unit }) => unit._stacks.meshIn(HERE),
  'a stack of the region outside': estate => estate.stranger(HERE),
  'a stack of another region outside': estate => estate.stranger('eu-west-1'),
  'a stack of another account outside': estate => estate.stranger(HERE, '444455556666'),
};

const INSIDE = Object.keys(END).filter(end => !end.includes('outside'));
const OUTSIDE = Object.keys(END).filter(end => end.includes('outside'));

/** Who uses something of whom. */
const PAIRS: [string, string][] = [
  ['the regional stack', 'the global stack'],
  ['the regional stack', 'the regional stack of a peer'],
  ['the mesh stack', 'the regional stack'],
  ['the mesh stack', 'the regional stack of a peer'],
  ['the mesh stack', 'the global stack'],
  ['the regional stack', 'the regional stack of a unit'],
  ['the mesh stack of a unit', 'the regional stack of a unit'],
  ...OUTSIDE.flatMap(outside => INSIDE.flatMap((inside): [string, string][] => [[outside, inside], [inside, outside]])),
];

/** Makes something in one stack that uses something of another one. */
function refer(from: Stack, to: Stack): void {
  new CfnQueue(from, 'Copy', { queueName: new CfnQueue(to, 'Queue').attrQueueName });
}

/** What must be said of such a reference. */
function expectRefused({ app }: Estate, from: Stack, to: Stack, consumer = `${from.node.path}/Copy`, producer = `${to.node.path}/Queue`): void {
  const message = errorOf(() => app.synth());
  expect(message).toContain(`${consumer} uses QueueName of ${producer}, so that the stack ${from.stackName} depends on the stack ${to.stackName}; `
    + 'allowed: literal names, such as GlobalTable.tableName, or the part in the same region, by inRegion');
  expect(message).toContain(`[${from.node.path}]`);
  expect(message.match(/; allowed: /g)).toHaveLength(1);
}

describe.each(Object.entries(FLAGS))('with %s, the synthesis refuses', (_, context) => {
  test.each(PAIRS)('that %s refers to %s', (user, owner) => {
    const estate = new Estate(context);
    const [from, to] = [END[user](estate), END[owner](estate)];
    refer(from, to);
    expectRefused(estate, from, to);
  });

  test('that a nested stack refers to another stack, or another stack to it', () => {
    for (const isConsumer of [true, false]) {
      const estate = new Estate(context);
      const [stack, peer] = [estate.system.stackIn(HERE), estate.system.stackIn(THERE)];
      const nested = new NestedStack(stack, 'Nested');
      const [from, to] = isConsumer ? [nested, peer] : [peer, nested];
      refer(from, to);
      expectRefused(estate, isConsumer ? stack : peer, isConsumer ? peer : stack, `${from.node.path}/Copy`, `${to.node.path}/Queue`);
    }
  });

  test('that the system of a stage refers to a stack of that stage', () => {
    const estate = new Estate(context, 'Prod');
    const [from, to] = [estate.system.stackIn(HERE), estate.stranger(HERE)];
    refer(from, to);
    expectRefused(estate, from, to);
  });

  test('that one system refers to another', () => {
    const estate = new Estate(context);
    const other = new MultiRegionSystem(estate.app, 'Other', { ...regions(2), account: ACCOUNT });
    refer(other.stackIn(HERE), estate.system.stackIn(THERE));
    expect(errorOf(() => estate.app.synth())).toContain(`Other/${HERE}/Copy uses QueueName of Orders/${THERE}/Queue, so that the stack Other-${HERE} depends on the stack Orders-${THERE}`);
  });

  test('that one region uses what inRegion gives for another one', () => {
    const estate = new Estate(context);
    const queue = new MultiRegionQueue(estate.system, 'Jobs');
    new CfnOutput(estate.system.stackIn(HERE), 'Url', { value: queue.inRegion(THERE).queueUrl });
    expect(errorOf(() => estate.app.synth())).toMatch(/^.*\n?.*Orders\/ap-southeast-2\/Url uses Ref of Orders\/us-west-2\/Jobs\/.*, so that the stack Orders-ap-southeast-2 depends on the stack Orders-us-west-2; allowed/);
  });

  // the waves are there before references are: the CDK finds the circle, and names both ends itself
  test.each([['the global stack', 'the regional stack'], ['the regional stack', 'the mesh stack'], ['the regional stack of a unit', 'the regional stack']])(
    'that %s refers to %s, which is deployed later', (user, owner) => {
      const estate = new Estate(context);
      const [from, to] = [END[user](estate), END[owner](estate)];
      refer(from, to);
      const message = errorOf(() => estate.app.synth());
      expect(message).toContain(`(${from.node.path} -> ${to.node.path}/Queue.QueueName) would create a cyclic reference`);
      expect(message).toContain('allowed the other way round: literal names, such as GlobalTable.tableName');
    });

  test('nothing of a system whose stacks do not refer to each other', () => {
    const estate = new Estate(context);
    INSIDE.map(end => END[end](estate)).forEach(stack => refer(stack, stack));
    const nested = new NestedStack(estate.system.stackIn(HERE), 'Nested');
    new CfnQueue(nested, 'Copy', { queueName: (estate.system.stackIn(HERE).node.findChild('Queue') as CfnQueue).attrQueueName });
    refer(estate.stranger(HERE, ACCOUNT, 'A'), estate.stranger(THERE, ACCOUNT, 'B'));
    expect(() => estate.app.synth()).not.toThrow();
  });
});

describe.each(Object.values(ReferenceStrength))('a reference whose chosen strength is %s', strength => {
  test.each<[string, (queue: CfnQueue) => string]>([
    ['where the resource is made', queue => {
      queue.applyCrossStackReferenceStrength(strength);
      return queue.attrQueueName;
    }],
    ['where it is used', queue => Stack.consumeReference(queue.attrQueueName, strength)],
  ])('%s is refused', (_, nameOf) => {
    for (const owner of ['the regional stack of a peer', 'a stack of the region outside']) {
      const estate = new Estate();
      const [from, to] = [estate.system.stackIn(HERE), END[owner](estate)];
      new CfnQueue(from, 'Copy', { queueName: nameOf(new CfnQueue(to, 'Queue')) });
      expectRefused(estate, from, to);
    }
  });
});

describe('the synthesis refuses, in whichever stack of a system,', () => {
  const include = (template: object): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'include-')), 'template.json');
    writeFileSync(file, JSON.stringify(template));
    return file;
  };

  const BY_HAND: Record<string, [(stack: Stack) => void, string, string]> = {
    'an import': [stack => new CfnQueue(stack, 'Own', { queueName: Fn.importValue('other') }), '/Own', 'Fn::ImportValue'],
    'an import within a text': [stack => new CfnQueue(stack, 'Own', { queueName: `a-${Fn.importValue('other')}` }), '/Own', 'Fn::ImportValue'],
    'an import by an override': [
      stack => new CfnQueue(stack, 'Own').addPropertyOverride('QueueName', { 'Fn::ImportValue': 'other' }), '/Own', 'Fn::ImportValue',
    ],
    'an output of another stack': [stack => new CfnQueue(stack, 'Own', { queueName: Fn.getStackOutput('other', 'Name') }), '/Own', 'Fn::GetStackOutput'],
    'an import of a nested stack': [
      stack => new CfnQueue(new NestedStack(stack, 'Nested'), 'Own', { queueName: Fn.importValue('other') }), '/Nested/Own', 'Fn::ImportValue',
    ],
    'a reader of exports': [stack => new CfnResource(stack, 'Own', { type: 'Custom::CrossRegionExportReader' }), '/Own', 'Custom::CrossRegionExportReader'],
    'an export': [stack => new CfnOutput(stack, 'Own', { value: 'a', exportName: 'a' }), '/Own', 'Export'],
    'a value that is exported': [stack => stack.exportValue(new Queue(stack, 'Queue').queueName), '/Exports/Output', 'Export'],
    'an import in an included template': [
      stack => new CfnInclude(stack, 'Own', { templateFile: include({ Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::ImportValue': 'other' } } } } }) }), '/Own/Q', 'Fn::ImportValue',
    ],
  };

  test.each(Object.keys(BY_HAND).flatMap(what => INSIDE.map(end => [what, end])))('%s: %s', (what, end) => {
    const estate = new Estate();
    const stack = END[end](estate);
    const [put, place, link] = BY_HAND[what];
    put(stack);
    const message = errorOf(() => estate.app.synth());
    expect(message).toContain(`${stack.node.path}${place}`);
    expect(message).toContain(` has ${link}, so that the stack ${stack.stackName}`);
    expect(message).toContain('; allowed: literal names, such as GlobalTable.tableName');
  });

  test('nothing that only reads so', () => {
    const estate = new Estate();
    const text = JSON.stringify({ 'Fn::ImportValue': 'other', 'Type': 'Custom::CrossRegionExportReader' });
    new CfnQueue(estate.system.stackIn(HERE), 'Own', { queueName: text, tags: [{ key: 'Export', value: text }] });
    new CfnOutput(estate.system.stackIn(HERE), 'Plain', { value: text });
    new CfnOutput(estate.stranger(HERE), 'Exported', { value: Fn.importValue('other'), exportName: 'mine' });
    expect(() => estate.app.synth()).not.toThrow();
  });
});

describe('a stack of a region waits for no other region', () => {
  const waiting = (estate: Estate, from: Stack, to: Stack, region: string, by = '') => {
    [from, to].forEach(fill);
    expect(errorOf(() => estate.app.synth())).toContain(`the stack ${from.stackName} of ${from.region} waits for the stack ${to.stackName}, ${region}${by}; allowed: stacks of its own region`);
    expect(errorOf(() => estate.app.synth())).toContain(`[${from.node.path}]`);
  };
  const fill = (stack: Stack) => void (stack.node.tryFindChild('Any') ?? new Queue(stack, 'Any'));

  test.each([
    ['the regional stack', 'the regional stack of a peer'],
    ['the regional stack of a unit', 'the regional stack of a peer'],
    ['the regional stack', 'a stack of another region outside'],
    ['the mesh stack', 'a stack of another region outside'],
    ['the global stack', 'a stack of another region outside'],
  ])('%s for %s', (user, owner) => {
    const estate = new Estate();
    const [from, to] = [END[user](estate), END[owner](estate)];
    from.addStackDependency(to);
    waiting(estate, from, to, `of ${to.region}`);
  });

  test('nor does its mesh stack for that of a peer', () => {
    const estate = new Estate();
    const [from, to] = [estate.system.meshStackIn(HERE), estate.system.meshStackIn(THERE)];
    from.addStackDependency(to);
    waiting(estate, from, to, `of ${THERE}`);
  });

  test('nor because one of its constructs waits for one there', () => {
    const estate = new Estate();
    const [from, to] = [estate.system.stackIn(HERE), estate.system.stackIn(THERE)];
    new Queue(from, 'Later').node.addDependency(new Queue(to, 'Earlier'));
    waiting(estate, from, to, `of ${THERE}`);
  });

  test('nor by way of another stack', () => {
    const estate = new Estate();
    const [from, between, to] = [estate.system.stackIn(HERE), estate.stranger(HERE), estate.system.stackIn(THERE)];
    from.addStackDependency(between);
    between.addStackDependency(to);
    fill(between);
    waiting(estate, from, to, `of ${THERE}`, ', by way of Stranger');
  });

  test('nor for a stack whose region is not known', () => {
    const estate = new Estate();
    const [from, to] = [estate.system.stackIn(HERE), new Stack(estate.app, 'Stranger')];
    from.addStackDependency(to);
    waiting(estate, from, to, 'of no known region');
  });

  test('but may wait for its own, and other stacks for whatever they like', () => {
    const estate = new Estate();
    const [regional, before, after] = [estate.system.stackIn(HERE), estate.stranger(HERE, ACCOUNT, 'Before'), estate.stranger(THERE, ACCOUNT, 'After')];
    regional.addStackDependency(before);
    const inside = INSIDE.map(end => END[end](estate));
    inside.forEach(stack => after.addStackDependency(stack));
    [...inside, before, after].forEach(fill);
    expect(() => estate.app.synth()).not.toThrow();
  });
});
