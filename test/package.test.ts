/**
 * The package as npm makes and installs it.
 *
 * It takes a minute, and is left out unless asked for, as CI does: `npm run test:long`.
 */
import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { compiledLibrary, run } from './support/packed-app';

/** Whoever tries the package waits for it, in every build anew: 2 MiB are a second by a slow line. The half of it are the handlers, each with its clients of AWS. */
const MOST_BYTES = 2 * 1024 * 1024;

jest.setTimeout(300_000);

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

proof('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const installed = join(folder, 'node_modules/cdk-multi-region');
  let packed: { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] };

  beforeAll(async () => {
    await compiledLibrary();
    [packed] = JSON.parse(run('.', 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder));
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--offline', '--omit=peer', '--legacy-peer-deps', join(folder, packed.filename));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is small', () => {
    process.stdout.write(`${(packed.size / 1024).toFixed(0)} KiB of ${MOST_BYTES / 1024}\n`);
    expect(packed.size).toBeLessThan(MOST_BYTES);
  });

  test('has what users need, and nothing else of the repository', () => {
    const paths = packed.files.map(({ path }) => path);
    const parts = new Set(paths.filter(path => path.includes('/')).map(path => path.split('/')[0]));
    expect([...parts].sort()).toEqual(['assets', 'bin', 'lib', 'rehearsal']);
    expect(paths.filter(path => !path.includes('/')).sort()).toEqual(['.jsii', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES', 'package.json']);
    expect(paths).toEqual(expect.arrayContaining(['bin/cdk-multi-region.js', 'bin/local-region/requirements.txt', 'bin/local-region/local_region/__main__.py', 'rehearsal/index.d.ts']));
    expect(paths.filter(path => /pycache|\.pyc$|\.test\.|\.map$/.test(path))).toEqual([]);
  });

  test('installs nothing but itself', () => {
    expect(readdirSync(join(folder, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual(['cdk-multi-region']);
  });

  test('has its files where jsii and others look for them', () => {
    for (const file of ['package.json', '.jsii', 'lib/index.js', 'README.md']) {
      const path = evaluated('.cjs', `console.log(require.resolve('cdk-multi-region/${file}'))`);
      expect(path).toBe(join(installed, file));
    }
  });

  test('is the library, for CommonJS and for ES modules', () => {
    ['aws-cdk-lib', 'constructs'].forEach(name => symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name)));
    try {
      expect(evaluated('.cjs', 'console.log(typeof require(\'cdk-multi-region\').MultiRegionSystem)')).toBe('function');
      expect(evaluated('.mjs', 'import { MultiRegionSystem } from \'cdk-multi-region\'; console.log(typeof MultiRegionSystem)')).toBe('function');
    } finally {
      ['aws-cdk-lib', 'constructs'].forEach(name => rmSync(join(folder, 'node_modules', name)));
    }
  });

  describe('reports on compliance', () => {
    const nag = join(folder, 'node_modules/cdk-nag');
    const REPORT = `
      const { App } = require('aws-cdk-lib');
      const { ComplianceReport, GlobalEventBus, MultiRegionSystem } = require('cdk-multi-region');
      const app = new App({ outdir: 'out' });
      new GlobalEventBus(new MultiRegionSystem(app, 'Orders', { primaryRegion: 'ap-southeast-2', secondaryRegions: ['us-west-2'] }), 'Bus');
      new ComplianceReport(app, 'Report', { packs: ['AWS_SOLUTIONS'] });
      try { app.synth(); console.log(require('fs').readFileSync('out/compliance/Report.csv', 'utf8')); } catch (error) { console.log(error.message); }
    `;

    beforeAll(() => ['aws-cdk-lib', 'constructs'].forEach(name => symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name))));
    afterAll(() => ['aws-cdk-lib', 'constructs'].forEach(name => rmSync(join(folder, 'node_modules', name))));
    afterEach(() => rmSync(nag, { recursive: true }));

    test('with the cdk-nag of the app', () => {
      symlinkSync(resolve('node_modules/cdk-nag'), nag);
      expect(evaluated('.cjs', REPORT)).toMatch(/^Pack,Rule,.*\r\nAWS Solutions,/);
    });

    test('and refuses one with another copy of the CDK, whose rules would find nothing', () => {
      mkdirSync(join(nag, 'node_modules/aws-cdk-lib'), { recursive: true });
      writeFileSync(join(nag, 'index.js'), 'exports.AwsSolutionsChecks = class { validateScope() {} };');
      writeFileSync(join(nag, 'node_modules/aws-cdk-lib/index.js'), '');
      expect(evaluated('.cjs', REPORT)).toContain('has an aws-cdk-lib of its own');
    });
  });

  describe('as a workload imports it', () => {
    const WORKLOAD = `
      import { defineWorkload, Checker } from 'cdk-multi-region/rehearsal';
      const checker: Checker = { name: 'all is well', check: ({ history }) => ({ valid: history.length === 0, summary: 'nothing was sent' }) };
      export const workload = defineWorkload({
        generator: ({ customer, number }) => ({ kind: 'look', action: 'read', key: customer + number }),
        client: async ({ key }, { request }) => ({ type: (await request('GET', '/' + key)).status === 200 ? 'ok' : 'fail' }),
        checkers: [checker],
        rate: 3,
      });
      console.log(workload.rate);
    `;
    const MODULES: [string, string[]][] = [
      ['node16', ['--module', 'node16']],
      ['commonjs', ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0']],
      ['a bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
    ];

    test.each(MODULES.flatMap(([name, options]) => ['commonjs', 'module'].map(type => ({ name, type, options }))))('has types: $name in a package of type $type', ({ type, options }) => {
      const app = project(type);
      // those of the package are checked as well, with nothing else installed
      const check = (code: string) => {
        writeFileSync(join(app, 'workload.ts'), code);
        return spawnSync(process.execPath, [
          resolve('node_modules/typescript/bin/tsc'), 'workload.ts', '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', ...options,
        ], { cwd: app, encoding: 'utf8' });
      };
      expect(check(WORKLOAD)).toMatchObject({ status: 0, stdout: '' });
      expect(check(WORKLOAD.replace('type: (await', 'typo: (await')).stdout).toContain('typo');
    });

    test.each(['commonjs', 'module'])('runs with tsx in a package of type %s', type => {
      const app = project(type);
      writeFileSync(join(app, 'workload.ts'), WORKLOAD);
      expect(run(app, process.execPath, '--import', require.resolve('tsx'), 'workload.ts').trim()).toBe('3');
    });

    test('runs without', () => {
      expect(evaluated('.cjs', 'console.log(require(\'cdk-multi-region/rehearsal\').defineWorkload({ rate: 3 }).rate)')).toBe('3');
      expect(evaluated('.mjs', 'import { defineWorkload } from \'cdk-multi-region/rehearsal\'; console.log(defineWorkload({ rate: 3 }).rate)')).toBe('3');
    });
  });

  test('has the command, with what it needs beside it', () => {
    expect(run(folder, 'npx', '--offline', 'cdk-multi-region', '--version').trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
    expect(statSync(join(installed, 'bin/local-region/local_region')).isDirectory()).toBe(true);
  });

  /** A folder below that of the package's installation, of some type of modules. */
  function project(type: string): string {
    const app = join(folder, type);
    mkdirSync(app, { recursive: true });
    writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, type }));
    return app;
  }

  /** What a program writes. */
  function evaluated(extension: string, code: string): string {
    const file = join(folder, `program${extension}`);
    writeFileSync(file, code);
    return run(folder, process.execPath, file).trim();
  }
});
