import { spawn } from 'child_process';
import { once } from 'events';
import { resolve } from 'path';
import { AnsweringRegion } from './answering-region';
import { regionNames, testApp } from '../../support/synth';
import { wholeSystem } from '../../support/whole-system';

const BUNDLE = resolve('bin/cdk-multi-region.js');
const COUNT = 20;
const SILENT = 3;

/** What `--help` takes on a machine that has nothing else to do, in seconds, and how often a run is tried on one that is busy. */
const START = 0.35;
const RUNS = 3;

describe('cdk-multi-region status of 20 regions, 3 of which are silent', () => {
  const names = regionNames(COUNT);
  const regions = names.map((_, i) => new AnsweringRegion(i >= COUNT - SILENT));
  let assembly: string;
  beforeAll(async () => {
    const app = testApp();
    wholeSystem(COUNT, {}, app);
    assembly = app.synth().directory;
    await Promise.all(regions.map(region => region.start()));
  }, 120_000);
  afterAll(() => Promise.all(regions.map(region => region.stop())));

  test('takes at most 5 seconds in all, and shows the others as they are', async () => {
    // where everything takes longer, the regions' answers do as well: all times are stretched alike
    const starts = [await run('--help'), await run('--help'), await run('--help')].map(({ seconds }) => seconds);
    const stretched = Math.max(1, Math.min(...starts) / START);
    const timeout = stretched === 1 ? [] : ['--timeout', String(4 * stretched)];
    const runs: Ran[] = [];
    do {
      runs.push(await run('status', '--assembly', assembly, ...timeout, ...names.flatMap((name, i) => ['--endpoint', `${name}=${regions[i].url}`])));
    } while (runs.length < RUNS && runs.at(-1)!.seconds > 5 * stretched);
    process.stdout.write(`status of ${COUNT} regions took ${runs.map(({ seconds }) => seconds.toFixed(1)).join(', ')} s of ${(5 * stretched).toFixed(1)} s\n`);

    const { code, out, err, seconds } = runs.at(-1)!;
    const rows = out.split('\n').filter(line => names.some(name => line.startsWith(`${name} `)));
    expect(rows.map(row => row.split(/ {2,}/))).toEqual(names.map((name, i) => (i < COUNT - SILENT
      ? [name, 'yes', '-', '0', '0/0', '0', '0']
      : [name, 'silent', 'silent', 'silent', 'silent', 'silent', 'silent'])));
    expect([code, err]).toEqual([1, `Shop: ${SILENT} things need a person\n`]);
    expect(out.split('\n').filter(line => line.includes(' -> '))).toEqual(names.slice(COUNT - SILENT).map(name => (
      `  ${name}: nothing of it answers -> cdk-multi-region evacuate ${name} --reason '...'`)));
    expect(seconds).toBeLessThanOrEqual(5 * stretched);
  }, 240_000);
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

async function run(...args: string[]): Promise<Ran> {
  const said = { out: '', err: '' };
  const begin = performance.now();
  const child = spawn(process.execPath, [BUNDLE, ...args], { env: { PATH: process.env.PATH } });
  child.stdout.on('data', chunk => { said.out += chunk; });
  child.stderr.on('data', chunk => { said.err += chunk; });
  const [code] = await once(child, 'close');
  return { code, ...said, seconds: (performance.now() - begin) / 1000 };
}
