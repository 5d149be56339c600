/** The commands that ask the CDK CLI which stacks there are, with the real one and a real assembly. */
import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, join, resolve } from 'path';
import { Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { build } from './support';
import { withoutAws } from '../../cli/rehearsal/machine/environment';
import { GlobalEventBus, MultiRegionFunction, MultiRegionSystem, SystemUnit } from '../../src';
import { CODE, regions, resources, testApp } from '../support/synth';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'real-cli-'));
/** Has a stand-in for the AWS CLI, which asks CodePipeline what kind of execution this is. */
const bin = join(folder, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'aws'), '#!/bin/bash\necho STANDARD\n', { mode: 0o755 });
afterAll(() => rmSync(folder, { recursive: true }));

/** An application in a stage of the CDK, with units as named: nothing is global, and nothing of the units names a peer. */
function application(outdir: string, units: string[], count = 2): MultiRegionSystem {
  const app = testApp({ outdir });
  const system = new MultiRegionSystem(new Stage(app, 'Prod'), 'Orders', regions(count));
  new GlobalEventBus(system, 'Bus');
  units.forEach(id => new MultiRegionFunction(new SystemUnit(system, id), 'Charge', { codePath: CODE }));
  return system;
}

/** The commands of a pipeline for that application, by project. */
function commandsFor(units: string[]): Record<string, string[]> {
  const { stack } = build({ stage: { system: application(join(folder, 'unused'), units) } });
  return Object.fromEntries(resources(Template.fromStack(stack), 'AWS::CodeBuild::Project').map(({ Properties: { Name, Source } }) => [
    Name.replace(/^Deployment-Pipeline-/, ''), JSON.parse(Source.BuildSpec).phases.build.commands,
  ]));
}

/** Runs commands where an application was synthesized. */
function run(name: string, commands: string[], units: string[], count?: number) {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  (application(join(cwd, 'cdk.out'), units, count).node.root as any).synth();
  symlinkSync(resolve('node_modules'), join(cwd, 'node_modules'));
  symlinkSync(resolve('node_modules/aws-cdk'), join(cwd, 'aws-cdk'));
  const { status, stdout, stderr } = spawnSync('bash', ['-c', commands.join('\n')], {
    cwd, encoding: 'utf8', env: { ...withoutAws(), PATH: `${bin}${delimiter}${process.env.PATH}`, TARGET_REGION: 'us-west-2', LOST_REGIONS: 'none', CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: 'true', CDK_HOME: folder, TMPDIR: folder },
  });
  return { status, said: stdout + stderr };
}

/** What provides the CLI, and what compares the stacks after the app was synthesized and before it is packed. */
const comparing = (commands: string[]) => [
  ...commands.slice(0, commands.indexOf('mkdir -p test-reports')), ...commands.slice(commands.indexOf('npx cdk synth --quiet') + 1, -1),
];
/** All but unpacking. */
const deploying = (commands: string[]) => commands.slice(1);

describe('the commands of a synthesized pipeline, with the real CDK CLI,', () => {
  const commands = commandsFor(['Billing']);

  test('take an application of the stacks that the pipeline deploys, and tell which there are not', () => {
    const { status, said } = run('same', comparing(commands.Build), ['Billing']);
    expect(said).toMatch(/Without resources, and not deployed:\n(Prod\/Orders\/\S+\n)+$/);
    expect(said).toContain('Prod/Orders/Billing/us-west-2-mesh\n');
    expect(said).not.toMatch(/Prod\/Orders\/(Billing\/)?us-west-2\n/);
    expect(status).toBe(0);
  });

  test.each([['unit', ['Billing', 'Search'], 2, 'Prod/Orders/Search/us-west-2'], ['region', ['Billing'], 3, 'Prod/Orders/eu-west-1']])('refuse one with another %s', (name, units, count, unknown) => {
    const { status, said } = run(name, comparing(commands.Build), units, count);
    expect(said).toContain('deploy the pipeline first');
    expect(said).toContain(`\n${unknown}\n`);
    expect(status).toBe(1);
  });

  test('refuse one without the system', () => {
    const { said, status } = run('none', comparing(commands.Build).map(command => command.replaceAll('Prod/Orders', 'Prod/Payments')), []);
    expect(said).toContain('There is no stack of Prod/Payments');
    expect(status).toBe(1);
  });

  test('skip a stack that there is not', () => {
    const { status, said } = run('skip', deploying(commands['Prod-Orders-Billing-us-west-2-mesh']), ['Billing']);
    expect(said.trim()).toMatch(/^Nothing to deploy: Prod\/Orders\/Billing\/us-west-2-mesh has no resources in this version\.[^\n]*$/);
    expect(status).toBe(0);
  });

  test('try to deploy one that there is', () => {
    const { status, said } = run('deploy', deploying(commands['Prod-Orders-Billing-us-west-2']), ['Billing']);
    // without credentials, that is as far as it gets
    expect(said).toContain('Unable to resolve AWS account');
    expect(said).not.toContain('Nothing to deploy');
    expect(status).not.toBe(0);
  });
});
