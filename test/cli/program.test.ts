import { execFileSync, spawn, spawnSync } from 'child_process';
import { once } from 'events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { command, loopback } from './commands/command';
import { ArchitectureDiagram } from '../../src';
import { assembly } from '../diagram/assembly';
import { RegionsEndpoint } from '../multi-region-pipeline/asked-regions';

const COMMANDS = ['status', 'evacuate', 'restore', 'takeover', 'follow', 'redrive', 'replay', 'doctor', 'gate', 'bake', 'diagram', 'completion', 'drill', 'rehearse'];

describe('cdk-multi-region', () => {
  test('explains itself and each command with --help, with examples and exit codes', async () => {
    const { code, out, err } = await command('--help');
    expect([code, err]).toEqual([0, '']);
    expect([...out.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name)).toEqual(COMMANDS);
    expect(out).toContain('Exit codes: 0');
    for (const name of COMMANDS) {
      const help = await command(name, '--help');
      expect([help.code, help.err]).toEqual([0, '']);
      expect(help.out).toMatch(new RegExp(`^Usage: cdk-multi-region ${name} .*\nExamples:\n.*\nExit codes: 0 `, 's'));
      expect(help.out).not.toContain('\n\n\n');
    }
  });

  test('tells the package\'s version with --version', async () => {
    expect(await command('--version')).toEqual({ code: 0, out: `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`, err: '' });
  });

  test.each([
    [[], 'Usage: cdk-multi-region'],
    [['draw'], "unknown command 'draw'"],
    [['diagram', '--colour'], "unknown option '--colour'"],
    [['diagram', '--output'], "option '--output <file>' argument missing"],
  ])('ends with 2 if it is called as %j', async (args, message) => {
    const { code, out, err } = await command(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

describe('the package', () => {
  test('has the command, and not its sources', () => {
    const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    const packed = files.map(({ path }: { readonly path: string }) => path);
    expect(packed.filter((path: string) => /^(bin|cli)\/(?!local-region\/)/.test(path))).toEqual(['bin/cdk-multi-region.js', 'bin/page/live.js', 'bin/page/page.css', 'bin/page/page.js']);
  });
});

/** As it is in the package, in a folder where nothing else is installed. */
describe('the bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'command-'));
  const bundle = join(folder, 'cdk-multi-region.js');
  const regions = new RegionsEndpoint();
  const beside = `node_modules/.cache/cdk-multi-region-${process.pid}.js`;
  const env = { PATH: process.env.PATH };
  /** Makes every import of another package fail, wherever that may be installed. */
  const alone = ['--require', join(folder, 'alone.cjs')];
  const start = (...args: string[]) => spawn(process.execPath, [...alone, bundle, ...args], { env: { ...env, ...loopback(regions.url) } });

  beforeAll(async () => {
    // that of the last build may be older than the sources
    const [esbuild, ...options] = JSON.parse(readFileSync('.projen/tasks.json', 'utf8')).tasks.bundle.steps
      .map(({ exec }: { exec: string }) => exec.split(' ')).find((parts: string[]) => parts.includes('cli/main.ts'));
    const outfile = `--outfile=${JSON.parse(readFileSync('package.json', 'utf8')).bin['cdk-multi-region']}`;
    expect(options).toContain(outfile);
    // the metafile is of what is shipped
    execFileSync(`node_modules/.bin/${esbuild}`, options.filter((option: string) => !option.startsWith('--metafile='))
      .map((option: string) => (option === outfile ? `--outfile=${bundle}` : option)));
    writeFileSync(join(folder, 'alone.cjs'), `
      const Module = require('module');
      const resolve = Module._resolveFilename;
      Module._resolveFilename = (request, ...others) => {
        if (/^(\\.|\\/|node:)/.test(request) || Module.builtinModules.includes(request)) return resolve(request, ...others);
        throw Object.assign(new Error('Cannot find module ' + request), { code: 'MODULE_NOT_FOUND' });
      };
    `);
    await regions.start();
  });
  afterAll(async () => {
    await regions.stop();
    rmSync(folder, { recursive: true });
    rmSync(beside, { force: true });
  });

  test('is one file, which says on what it runs', () => {
    expect(readdirSync(folder).sort()).toEqual(['alone.cjs', 'cdk-multi-region.js']);
    expect(readFileSync(bundle, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('explains itself at once: what is heavy is loaded by the command that needs it', () => {
    // the fastest of a few, since the machine may be busy
    const fastest = (...args: string[]) => Math.min(...Array.from({ length: 5 }, () => {
      const before = performance.now();
      execFileSync(process.execPath, args);
      return performance.now() - before;
    }));
    const taken = fastest(bundle, '--help');
    const node = fastest('-e', '0');
    process.stdout.write(`${(taken / node).toFixed(1)} times as long as node itself\n`);
    expect(taken / node).toBeLessThan(4);
  });

  test('asks regions, and says no in one line', async () => {
    regions.world = { without: ['us-west-2'] };
    const child = start('gate', '--system', 'Orders', '--regions', 'us-west-2', '--target', 'us-west-2');
    let err = '';
    child.stderr.on('data', data => { err += data; });
    const [code] = await once(child, 'close');
    expect([code, err]).toEqual([1, 'us-west-2 must not be deployed to: us-west-2 does not answer (InternalServerError)\n']);
  });

  test('ends at once with Ctrl-C', async () => {
    regions.world = {};
    const child = start('bake', '--system', 'Orders', '--regions', 'us-west-2', '--target', 'us-west-2');
    const [line] = await once(child.stdout, 'data');
    expect(String(line)).toBe('us-west-2: 0 of 10 minutes without ALARM\n');
    const before = Date.now();
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([null, 'SIGINT']);
    expect(Date.now() - before).toBeLessThan(2000);
  });

  test('draws with the CDK of the app, and says what is missing without it', () => {
    const app = assembly({ 'us-west-2': { Bus: ['AWS::Events::EventBus', { Name: 'bus' }] } });
    expect(spawnSync(process.execPath, [...alone, bundle, 'diagram', app], { encoding: 'utf8', env })).toMatchObject({
      status: 1, stdout: '', stderr: 'diagram needs aws-cdk-lib, which is not installed: run it where the app is\n',
    });
    copyFileSync(bundle, beside);
    expect(spawnSync(process.execPath, [beside, 'diagram', app], { encoding: 'utf8', env })).toMatchObject({
      status: 0, stdout: ArchitectureDiagram.fromAssembly(app).toMermaid(), stderr: '',
    });
  });

  describe('rehearse', () => {
    const here = mkdtempSync(join(tmpdir(), 'no-app-'));
    afterAll(() => rmSync(here, { recursive: true }));
    const rehearse = (...args: string[]) => spawnSync(process.execPath, [...alone, bundle, 'rehearse', ...args], { encoding: 'utf8', env: { ...env, HOME: here }, cwd: here });

    test('lists what can go wrong', () => {
      const { status, stdout } = rehearse('--show-drills');
      expect([status, stdout]).toEqual([0, expect.stringMatching(/^freeze +all processes of a region stop/)]);
    });

    test.each([
      [['--drills', 'freze'], 'there is no drill "freze", but freeze, '],
      [['--report', 'report.pdf'], 'a report is a file that ends in .html (a page), .json or .xml (JUnit), not "report.pdf"'],
      [['--ui-port', '0'], 'Expected a number from 1 to 65535.'],
      [['--time-scale', '0'], 'Expected a number from 1 to 20.'],
    ])('ends with 2 and writes nothing if it is called with %j', (args, message) => {
      const { status, stderr } = rehearse(...args);
      expect([status, stderr, readdirSync(here)]).toEqual([2, expect.stringContaining(message), []]);
    });

    test.each([
      [[], 'There is no cdk.json here'],
      [['--workload', 'nowhere.ts'], 'there is no workload nowhere.ts'],
      [['--app', 'node app.js', '--python', 'no-such-python'], 'no-such-python does not run as a Python'],
    ])('says in a line why it cannot begin: %j', (args, message) => {
      const { status, stdout } = rehearse(...args);
      const lines = stdout.split('\n').filter(line => line !== '');
      expect([status, lines.length, lines[1], lines[2]]).toEqual([1, 3, expect.stringContaining(`✖ ${message}`), '0 passed, 1 failed']);
    });
  });

  test('is silent when nobody reads what it writes', async () => {
    const child = spawn(process.execPath, [bundle, '--help'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', data => { err += data; });
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect([code, err]).toEqual([0, '']);
  });
});
