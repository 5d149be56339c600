import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { App } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Command } from 'commander';
import { askedSystem, requireDescription, requireRegion, SystemOptions, withSystem } from '../../../cli/operate/asked-system';
import { EvacuationSwitch, GlobalTable, MultiRegionSystem } from '../../../src';

const BARE = ['--system', 'Orders', '--regions', 'ap-southeast-2,us-west-2'];
const scratch = mkdtempSync(join(tmpdir(), 'asked-'));
const before = process.cwd();
beforeAll(() => process.chdir(scratch));
afterAll(() => {
  process.chdir(before);
  rmSync(scratch, { recursive: true });
});

function asked(...args: string[]) {
  const command = withSystem(new Command()).exitOverride().configureOutput({ writeErr: () => {} });
  return askedSystem(command.parse(args, { from: 'user' }).opts<SystemOptions>());
}

/** Synthesizes systems into a folder. */
function synthesized(names: string[], account?: string): string {
  const outdir = join(scratch, names.join('-') + (account ?? ''));
  const app = new App({ outdir });
  for (const name of names) {
    const system = new MultiRegionSystem(app, name, { primaryRegion: 'ap-southeast-2', secondaryRegions: ['us-west-2'], account });
    new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    if (name !== 'Bare') EvacuationSwitch.of(system);
  }
  app.synth();
  return outdir;
}

test('A system is what its options say where there is no assembly', () => {
  expect(asked(...BARE)).toEqual({ name: 'Orders', regions: ['ap-southeast-2', 'us-west-2'], controlTable: 'Orders-Control-Table', stacks: [], appStacks: [] });
  expect(() => asked('--system', 'Orders')).toThrow(/^there is no cdk.out in this folder: .*--assembly.*--system and --regions$/);
  expect(() => requireDescription(asked(...BARE), 'which queues it has')).toThrow(/^only the assembly of Orders says which queues it has: name it by --assembly$/);
});

test('A system is what its assembly says, with its stacks and its account', () => {
  const { description, stacks, appStacks, ...rest } = asked('--assembly', synthesized(['Orders'], '111122223333'));
  expect(rest).toEqual({ name: 'Orders', regions: ['ap-southeast-2', 'us-west-2'], controlTable: 'Orders-Control-Table', accountId: '111122223333' });
  expect(description?.tables.map(({ name }) => name)).toEqual(['Orders-Table']);
  expect(stacks.map(({ stackName }) => stackName)).toContain('Orders-global');
  expect(appStacks.map(({ stackName }) => stackName)).toEqual(expect.arrayContaining(stacks.map(({ stackName }) => stackName)));
});

test('One system of several is chosen by its name, and no other one is taken', () => {
  const folder = synthesized(['Orders', 'Bare']);
  expect(asked('--assembly', folder, '--system', 'Bare').description?.controlTable).toBeUndefined();
  expect(() => asked('--assembly', folder)).toThrow(/^the app has several systems: name one of (Orders, Bare|Bare, Orders) by --system$/);
  expect(() => asked('--assembly', folder, '--system', 'Nope')).toThrow(/^the app has no system Nope; it has /);
  expect(() => asked('--assembly', folder, '--system', 'Orders', '--regions', 'eu-west-1')).toThrow('eu-west-1 is not a region of Orders, whose regions are ap-southeast-2, us-west-2');
});

test('A stack is of the system with the longest name that it begins with', () => {
  const folder = synthesized(['Orders', 'Orders-Billing']);
  const stacksOf = (name: string) => asked('--assembly', folder, '--system', name).stacks.map(({ stackName }) => stackName);
  expect(stacksOf('Orders').filter(name => name.includes('Billing'))).toEqual([]);
  expect(stacksOf('Orders')).toContain('Orders-global');
  expect(stacksOf('Orders-Billing')).toContain('Orders-Billing-global');
});

test('An assembly that is not there, or has no system, is told of', () => {
  expect(() => asked('--assembly', resolve('nowhere'))).toThrow(/^there is no cloud assembly in .*nowhere/);
});

test('A region has to be one of the system', () => {
  expect(() => requireRegion(asked(...BARE), 'eu-west-1')).toThrow('eu-west-1 is not a region of Orders, whose regions are ap-southeast-2, us-west-2');
});

test.each([
  [['--endpoint', 'us-west-2'], 'Allowed: a region and a URL'],
  [['--endpoint', 'nowhere=http://127.0.0.1:1'], '"nowhere" is not the name of a region'],
  [['--timeout', '0'], 'Allowed: a number greater than 0'],
  [['--timeout', 'soon'], 'Allowed: a number greater than 0'],
  [['--regions', 'uswest2'], '"uswest2" is not the name of a region'],
])('%j is wrong usage', (args, message) => {
  expect(() => asked(...BARE, ...args)).toThrow(message);
});
