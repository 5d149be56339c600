import { spawn } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { Processes } from '../../../example-app/rehearsal/processes';
import { findPython } from '../../../example-app/rehearsal/python';
import { virtualEnvironment } from '../../../example-app/rehearsal/virtual-environment';

/** The Python package has tests of its own, beside this file; they run in the environment that the rehearsal makes and keeps. */
test('the local region passes its own tests', async () => {
  const local = resolve('example-app/rehearsal/local-region');
  const folder = mkdtempSync(join(tmpdir(), 'local-region-tests-'));
  const processes = new Processes(folder);
  try {
    const python = await virtualEnvironment({
      python: await findPython(),
      requirementsFile: join(local, 'requirements.txt'),
      folder: resolve('example-app/.rehearsal/python'),
      logFile: join(folder, 'install.log'),
      processes,
    });
    const { code, output } = await run(python, ['-B', '-m', 'unittest', 'discover', '-s', resolve('test/example-app/rehearsal/local-region')], local);
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    expect(Number(/^Ran (\d+) tests/m.exec(output)?.[1])).toBeGreaterThan(50);
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
