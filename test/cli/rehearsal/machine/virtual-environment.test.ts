import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { touch } from '../../../../cli/rehearsal/machine/environments-folder';
import { Processes } from '../../../../cli/rehearsal/machine/processes';
import { adviceOnInstallation, virtualEnvironment } from '../../../../cli/rehearsal/machine/virtual-environment';

let folder: string;
let environments: string;
let processes: Processes;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtual-environment-'));
  environments = join(folder, 'environments');
  processes = new Processes(folder);
  writeFileSync(join(folder, 'requirements.txt'), '# none\n');
  // A real virtual environment, with something in the place of pip that needs no network and no seconds
  writeFileSync(join(folder, 'pip.py'), 'import sys\nsys.exit("no such package" if "no-such-package" in open(sys.argv[-1]).read() else 0)\n');
  writeFileSync(join(folder, 'python'), `#!/bin/sh\npython3 -m venv --without-pip "$3" && cp '${folder}/pip.py' "$3"/lib/python3*/site-packages/\n`);
  chmodSync(join(folder, 'python'), 0o755);
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(folder, { recursive: true });
});

async function make(onInstall?: () => void): Promise<string> {
  return virtualEnvironment({
    python: { command: join(folder, 'python'), kind: 'cpython-3.11' },
    requirementsFile: join(folder, 'requirements.txt'),
    folder: environments,
    logFile: join(folder, 'log'),
    processes,
  }, onInstall);
}

/** A process id that nobody has. */
const NOBODY = 2 ** 22 + 1;

describe('virtualEnvironment', () => {
  test('is made once, and found again', async () => {
    const onInstall = jest.fn();
    const python = await make(onInstall);
    expect(await make(onInstall)).toBe(python);
    expect(onInstall).toHaveBeenCalledTimes(1);
    await processes.run('it', python, ['-c', 'import sys; assert sys.prefix != sys.base_prefix'], { logFile: join(folder, 'log') });
    expect(readdirSync(environments)).toHaveLength(1);
  });

  test('is made anew when the requirements change', async () => {
    const python = await make();
    writeFileSync(join(folder, 'requirements.txt'), '# others\n');
    expect(await make()).not.toBe(python);
  });

  test('is made anew when it is half-made', async () => {
    const python = await make();
    rmSync(join(python, '../../complete'));
    writeFileSync(join(python, '../../half'), '');
    expect(await make()).toBe(python);
    expect(existsSync(join(python, '../../half'))).toBe(false);
  });

  test('is made anew when its Python is gone', async () => {
    const python = await make();
    rmSync(python);
    expect(await make()).toBe(python);
    expect(existsSync(python)).toBe(true);
  });

  test('clears away what killed runs left, and nothing of runs that live', async () => {
    ['draft-1234', 'cpython-3.11-1234-broken'].forEach(name => mkdirSync(join(environments, `${name}-${NOBODY}`), { recursive: true }));
    mkdirSync(join(environments, `draft-1234-${process.ppid}`));
    await make();
    expect(readdirSync(environments).sort()).toEqual([expect.stringMatching(/^cpython/), `draft-1234-${process.ppid}`]);
  });

  test('is made by each of two runs that begin at a time, and one of them stays', async () => {
    const onInstall = jest.fn();
    const [one, other] = await Promise.all([make(onInstall), make(onInstall)]);
    expect(onInstall).toHaveBeenCalledTimes(2);
    expect(one).toBe(other);
    expect(readdirSync(environments)).toHaveLength(1);
    await processes.run('it', one, ['-c', ''], { logFile: join(folder, 'log') });
  });

  test('is removed when nobody has used it for a month, and not when somebody has', async () => {
    const day = 24 * 60 * 60 * 1000;
    const old = (name: string, days: number) => {
      mkdirSync(join(environments, name), { recursive: true });
      writeFileSync(join(environments, name, 'complete'), '');
      touch(join(environments, name), new Date(Date.now() - days * day));
    };
    old('cpython-3.10-0123456789abcdef', 31);
    old('cpython-3.10-fedcba9876543210', 29);
    old('somebody-elses-folder', 31);
    const python = await make();
    touch(join(python, '../..'), new Date(Date.now() - 40 * day));
    expect(await make()).toBe(python);
    const kept = ['cpython-3.10-fedcba9876543210', 'somebody-elses-folder'];
    expect(readdirSync(environments).filter(name => !name.startsWith('cpython-3.11-')).sort()).toEqual(kept);
    expect(readdirSync(environments)).toHaveLength(3);
  });

  test('leaves nothing behind when it cannot be installed', async () => {
    writeFileSync(join(folder, 'requirements.txt'), 'no-such-package\n');
    await expect(make()).rejects.toThrow('pip could not install the local regions: see why in its log, then run it again.');
    expect(readdirSync(environments)).toEqual([]);
  });
});

describe('adviceOnInstallation', () => {
  const log = { file: 'pip.log', lastLines: [] };

  test.each([
    ['WARNING: Retrying after connection broken by NewConnectionError: Temporary failure in name resolution\nERROR: No matching distribution found', 'connect to the network'],
    ['ERROR: No matching distribution found for ministack', 'check its configuration'],
    ['ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', 'The disk is full: make room'],
    ['error: subprocess-exited-with-error', 'see why in its log'],
  ])('%s', (output, advice) => {
    expect(adviceOnInstallation(output, log, '/scratch').message).toContain(advice);
  });
});
