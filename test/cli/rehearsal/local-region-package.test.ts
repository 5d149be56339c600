import { spawn } from 'child_process';
import { mkdtempSync, readdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, join, resolve } from 'path';
import { pythonFolder } from '../../../cli/rehearsal/machine/cache-folder';
import { Processes } from '../../../cli/rehearsal/machine/processes';
import { findPython } from '../../../cli/rehearsal/machine/python';
import { virtualEnvironment } from '../../../cli/rehearsal/machine/virtual-environment';

const TESTS = resolve('test/cli/rehearsal/local-region');
/** They wait, for scaled minutes or for processes, most of their time: the others run meanwhile. */
const WAITING = ['test_alias_deployments', 'test_durable_state'];

// by npm run test:long
const proof = process.env.LONG ? test : test.skip;

/** The Python package has tests of its own, beside this file; they run in the environment that the rehearsal makes and keeps. */
proof('the local region passes its own tests', async () => {
  const local = resolve('cli/rehearsal/local-region');
  const folder = mkdtempSync(join(tmpdir(), 'local-region-tests-'));
  const processes = new Processes(folder);
  try {
    const python = await virtualEnvironment({
      python: await findPython(),
      requirementsFile: join(local, 'requirements.txt'),
      folder: pythonFolder(),
      logFile: join(folder, 'install.log'),
      processes,
    });
    const others = readdirSync(TESTS).filter(file => /^test_.*\.py$/.test(file)).map(file => file.slice(0, -'.py'.length)).filter(module => !WAITING.includes(module));
    expect(others.length).toBeGreaterThan(20);
    const runs = await Promise.all([WAITING, others].map(async modules => run(python, ['-B', '-m', 'unittest', ...modules], [local, TESTS].join(delimiter))));
    for (const { code, output } of runs) expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    const [waiting, rest] = runs.map(({ output }) => Number(/^Ran (\d+) tests/m.exec(output)?.[1]));
    expect([waiting > 0, rest > 50]).toEqual([true, true]);
  } finally {
    await processes.stopAll();
    rmSync(folder, { recursive: true });
  }
}, 300_000);

async function run(command: string, args: string[], pythonPath: string): Promise<{ code: number | null; output: string }> {
  return new Promise((done, failed) => {
    let output = '';
    const child = spawn(command, args, { env: { ...process.env, PYTHONPATH: pythonPath } }).once('error', failed).once('close', code => done({ code, output }));
    [child.stdout, child.stderr].forEach(stream => stream.on('data', chunk => { output += chunk; }));
  });
}
