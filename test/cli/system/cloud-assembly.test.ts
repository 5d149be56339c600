import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CloudAssembly } from '../../../cli/system/cloud-assembly';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'cloud-assembly-')); });
afterEach(() => rmSync(folder, { recursive: true }));

interface Stack {
  readonly region: string;
  readonly dependencies?: string[];
  readonly resources?: Record<string, { Type: string; Properties?: object }>;
}

/** Writes an assembly as the CDK does, and returns the manifest's entry for it as a nested one. */
function write(directory: string, stacks: Record<string, Stack>, others: object = {}): object {
  mkdirSync(directory, { recursive: true });
  const artifacts: Record<string, object> = { Tree: { type: 'cdk:tree' }, ...others };
  for (const [name, { region, dependencies = [], resources = {} }] of Object.entries(stacks)) {
    artifacts[`${name}.assets`] = { type: 'cdk:asset-manifest' };
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${region}`,
      displayName: `App/${name}`,
      dependencies: [...dependencies, `${name}.assets`],
      properties: { templateFile: `${name}.template.json`, stackName: `App-${name}` },
    };
    writeFileSync(join(directory, `${name}.template.json`), JSON.stringify({ Resources: resources }));
  }
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  return { type: 'cdk:cloud-assembly', properties: { directoryName: directory.split('/').at(-1) } };
}

const LAYOUT: Record<string, Stack> = {
  west: { region: 'us-west-2', dependencies: ['global'], resources: { Role: { Type: 'AWS::IAM::Role' } } },
  global: {
    region: 'ap-southeast-2',
    resources: {
      OrdersTable1234ABCD: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'Orders-Table', Other: { Ref: 'x' } } },
      OrdersTableBackup5678ABCD: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'Orders-Backup' } },
    },
  },
  south: { region: 'ap-southeast-2', dependencies: ['global'], resources: { Role: { Type: 'AWS::IAM::Role' }, Bus: { Type: 'AWS::Events::EventBus' } } },
};

/** As a system is laid out: the meshes when all regions are there. */
const WITH_MESHES: Record<string, Stack> = {
  'west-mesh': { region: 'us-west-2', dependencies: ['global', 'west', 'south'] },
  'south-mesh': { region: 'ap-southeast-2', dependencies: ['global', 'west', 'south'] },
  ...LAYOUT,
};

describe('CloudAssembly', () => {
  test('reads stacks with their regions and templates', () => {
    write(folder, LAYOUT);
    const [west] = CloudAssembly.read(folder).stacks;
    expect(west).toEqual({
      id: 'App/west',
      stackName: 'App-west',
      region: 'us-west-2',
      dependencies: ['App/global'],
      template: { Resources: { Role: { Type: 'AWS::IAM::Role' } } },
      templateFile: join(folder, 'west.template.json'),
      metadata: [],
    });
  });

  test('reads stacks in stages', () => {
    const stage = write(join(folder, 'assembly-Prod'), LAYOUT);
    write(folder, { tools: { region: 'eu-west-1' } }, { 'assembly-Prod': stage });
    expect(CloudAssembly.read(folder).stacks.map(({ id }) => id).sort()).toEqual(['App/global', 'App/south', 'App/tools', 'App/west']);
  });

  test('puts stacks into waves by what they depend on', () => {
    write(folder, LAYOUT);
    expect(CloudAssembly.read(folder).waves().map(wave => wave.map(({ id }) => id))).toEqual([['App/global'], ['App/west', 'App/south']]);
  });

  test('puts the meshes of all regions into the last wave, and units before the system of their region', () => {
    const unit = { 'west-unit': { region: 'us-west-2', dependencies: ['global'] } };
    write(folder, { ...WITH_MESHES, ...unit, west: { ...LAYOUT.west, dependencies: ['global', 'west-unit'] } });
    expect(CloudAssembly.read(folder).waves().map(wave => wave.map(({ id }) => id))).toEqual([
      ['App/global'], ['App/south', 'App/west-unit'], ['App/west'], ['App/west-mesh', 'App/south-mesh'],
    ]);
  });

  test('throws if stacks wait for each other', () => {
    write(folder, { a: { region: 'eu-west-1', dependencies: ['b'] }, b: { region: 'eu-west-1', dependencies: ['a'] } });
    expect(() => CloudAssembly.read(folder).waves()).toThrow('these stacks wait for each other: App/a, App/b');
  });

  test('lists the regions, that of the global stack first', () => {
    write(folder, LAYOUT);
    expect(CloudAssembly.read(folder).regions).toEqual(['ap-southeast-2', 'us-west-2']);
  });

  test('lists the types of resources', () => {
    write(folder, LAYOUT);
    expect([...new Set(CloudAssembly.read(folder).resourceTypes)].sort()).toEqual(['AWS::DynamoDB::GlobalTable', 'AWS::Events::EventBus', 'AWS::IAM::Role']);
  });

  test('finds a literal property by the logical id without its hash', () => {
    write(folder, LAYOUT);
    expect(CloudAssembly.read(folder).literal('AWS::DynamoDB::GlobalTable', 'OrdersTable', 'TableName')).toBe('Orders-Table');
  });

  test.each(['Other', 'Missing'])('throws if the property is no literal: %s', property => {
    write(folder, LAYOUT);
    expect(() => CloudAssembly.read(folder).literal('AWS::DynamoDB::GlobalTable', 'OrdersTable', property)).toThrow(`with a literal ${property}`);
  });
});
