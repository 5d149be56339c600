/** The example-app's pipeline, synthesized as its cdk.json would: by running the app. */
import { execFileSync } from 'child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { join, resolve } from 'path';
import { Template } from 'aws-cdk-lib/assertions';
import { build } from './support';
import { MultiRegionFunction } from '../../src';
import { orderSystem } from '../support/order-system';
import { CODE, testApp } from '../support/synth';

jest.setTimeout(120_000);

// where the app finds its packages, and what git ignores
const SCRATCH = 'example-app/.rehearsal';
let folder: string;
let out: string;
beforeAll(() => {
  mkdirSync(SCRATCH, { recursive: true });
  folder = mkdtempSync(join(SCRATCH, 'pipeline-'));
  out = synthesize('one', () => {}, true);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Copies the example-app, changes it, and runs its pipeline's app there. */
function synthesize(name: string, change: (app: string) => void = () => {}, validation = false): string {
  const app = join(folder, name);
  readdirSync('example-app').filter(entry => /^handlers$|\.(ts|json)$/.test(entry))
    .forEach(entry => cpSync(join('example-app', entry), join(app, entry), { recursive: true }));
  change(app);
  const assembly = resolve(app, 'cdk.out');
  execFileSync(process.execPath, ['--import', 'tsx', 'pipeline.ts'], {
    cwd: app, env: { ...process.env, CDK_OUTDIR: assembly, CDK_VALIDATION: String(validation), TSX_TSCONFIG_PATH: resolve('tsconfig.dev.json') }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  return assembly;
}

function templatesIn(assembly: string): Record<string, string> {
  return Object.fromEntries(readdirSync(assembly).filter(file => file.endsWith('.template.json')).sort()
    .map(file => [file, readFileSync(join(assembly, file), 'utf8')]));
}

describe('the example-app\'s pipeline', () => {
  test('is the same, byte by byte, whatever version of the app it deploys', () => {
    const one = templatesIn(out);
    const other = templatesIn(synthesize('other', app => {
      appendFileSync(join(app, 'handlers/place-order.ts'), '\nexport const version = 2;\n');
      appendFileSync(join(app, 'order-system.ts'), '\nexport const version = 2;\n');
    }));
    expect(Object.keys(one)).toEqual(['OrdersPipeline-standby.template.json', 'OrdersPipeline.template.json']);
    expect(other).toEqual(one);
  });

  test('passes the CDK\'s template validation and both packs without a finding, and holds nothing of the app', () => {
    expect(JSON.parse(readFileSync(join(out, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
    const template = JSON.parse(templatesIn(out)['OrdersPipeline.template.json']);
    expect(template.Resources[Object.keys(template.Resources).find(id => template.Resources[id].Type === 'AWS::CodePipeline::Pipeline')!].Properties.Stages
      .map(({ Name }: any) => Name)).toEqual([
      'Source', 'Build', 'Orders-approval', ...['global', 'ap-southeast-2', 'us-west-2', 'mesh'].flatMap(stage => [`Orders-${stage}-gate`, `Orders-${stage}`]),
    ]);
    // the gate, the bake, and the template itself
    expect(Object.keys(JSON.parse(readFileSync(join(out, 'OrdersPipeline.assets.json'), 'utf8')).files)).toHaveLength(3);
  });

  test('stays well below the limits of CloudFormation', () => {
    for (const text of Object.values(templatesIn(out))) {
      expect(text.length).toBeLessThan(500_000);
      expect(Object.keys(JSON.parse(text).Resources).length).toBeLessThan(250);
    }
  });
});

test('MultiRegionPipeline of a system with content is the same whatever that is', () => {
  const templateOf = (version: number) => {
    const app = testApp();
    const system = orderSystem(app, 2);
    for (let i = 1; i < version; i++) new MultiRegionFunction(system, `Function${i}`, { codePath: CODE });
    const { stack, pipeline } = build({ app, stage: { system } }, { standbyRegion: 'us-west-2' });
    return JSON.stringify([Template.fromStack(stack).toJSON(), Template.fromStack(pipeline.standbyStack!).toJSON()]);
  };
  expect(templateOf(3)).toBe(templateOf(1));
});
