/**
 * What goes wrong around a command is one clear line.
 *
 * Real disks that are full take root, who may mount one; without, and in containers that forbid it, those tests are skipped. Run by `npm run test:long`.
 */
import { execFileSync, spawnSync } from 'child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer } from 'http';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { makeDraft, openEnvironments } from '../../../../cli/rehearsal/machine/environments-folder';
import { Processes } from '../../../../cli/rehearsal/machine/processes';
import { findPython } from '../../../../cli/rehearsal/machine/python';
import { virtualEnvironment } from '../../../../cli/rehearsal/machine/virtual-environment';

jest.setTimeout(120_000);

const isRoot = process.geteuid?.() === 0;
const NOBODY = 65_534;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adversity-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Makes an environment with the real Python and the real pip. */
async function install(environments: string, requirements: string): Promise<string> {
  const requirementsFile = join(folder, 'requirements.txt');
  writeFileSync(requirementsFile, requirements);
  const processes = new Processes(folder);
  try {
    return await virtualEnvironment({ python: await findPython(), requirementsFile, folder: environments, logFile: join(folder, 'log'), processes });
  } finally {
    await processes.stopAll();
  }
}

(isRoot ? describe : describe.skip)('a cache folder', () => {
  /** Acts as a user who is not root. */
  function asNobody(action: () => void): void {
    process.seteuid!(NOBODY);
    try {
      action();
    } finally {
      process.seteuid!(0);
    }
  }
  const owned = (by: number) => {
    const path = join(folder, `owned-by-${by}`);
    mkdirSync(path);
    chownSync(path, by, by);
    return path;
  };

  test('of one\'s own is used', () => {
    const path = owned(NOBODY);
    asNobody(() => {
      openEnvironments(path);
      expect(makeDraft(path, '0123')).toMatch(new RegExp(`^${path}/draft-0123-`));
    });
  });

  test('of another user is refused, since that user could change what is run from it', () => {
    const path = owned(1);
    asNobody(() => expect(() => openEnvironments(path)).toThrow(`${path} belongs to another user, who could change what is run from it: set XDG_CACHE_HOME to a folder of yours, then run it again.`));
  });

  test('of root is good for what is in it, and for nothing new', () => {
    const path = owned(0);
    asNobody(() => {
      openEnvironments(path);
      expect(() => makeDraft(path, '0123')).toThrow(`Python environments are kept in ${path}, where this user may not write: set XDG_CACHE_HOME`);
      expect(() => openEnvironments(join(path, 'python'))).toThrow('where this user may not write');
    });
  });
});

(process.env.LONG ? describe : describe.skip)('a first run', () => {
  const { PIP_INDEX_URL } = process.env;
  afterEach(() => {
    if (PIP_INDEX_URL === undefined) delete process.env.PIP_INDEX_URL;
    else process.env.PIP_INDEX_URL = PIP_INDEX_URL;
  });

  test('without a network says that it needs one', async () => {
    // nothing listens there
    process.env.PIP_INDEX_URL = 'http://127.0.0.1:9/simple';
    await expect(install(join(folder, 'environments'), 'ministack==1.5.33\n')).rejects.toThrow('The first run downloads MiniStack from PyPI, which cannot be reached: connect to the network, or tell pip about a mirror');
    expect(readdirSync(join(folder, 'environments'))).toEqual([]);
  });

  test('takes its packages from the mirror that pip is told about', async () => {
    const wheel = 'tiny-1.0-py3-none-any.whl';
    const metadata = 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n';
    const tag = 'Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n';
    execFileSync((await findPython()).command, ['-c', `
import zipfile
with zipfile.ZipFile(${JSON.stringify(join(folder, wheel))}, "w") as wheel:
    wheel.writestr("tiny.py", "ANSWER = 42")
    wheel.writestr("tiny-1.0.dist-info/METADATA", "${metadata}")
    wheel.writestr("tiny-1.0.dist-info/WHEEL", "${tag}")
    wheel.writestr("tiny-1.0.dist-info/RECORD", "")
`]);
    const asked: string[] = [];
    const mirror = createServer(({ url = '' }, response) => {
      asked.push(url);
      if (url.endsWith('.whl')) response.end(readFileSync(join(folder, wheel)));
      else response.setHeader('content-type', 'text/html').end(`<a href="/${wheel}">${wheel}</a>`);
    });
    await new Promise<void>(done => mirror.listen(0, '127.0.0.1', done));
    try {
      process.env.PIP_INDEX_URL = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/simple`;
      const python = await install(join(folder, 'environments'), 'tiny==1.0\n');
      expect(execFileSync(python, ['-c', 'import tiny; print(tiny.ANSWER)'], { encoding: 'utf8' })).toBe('42\n');
      expect(asked).toEqual(['/simple/tiny/', `/${wheel}`]);
    } finally {
      mirror.close();
    }
  });
});

const canMount = process.env.LONG !== undefined && isRoot && mountable();

(canMount ? describe : describe.skip)('a small disk', () => {
  let disk: string;
  beforeEach(() => {
    disk = join(folder, 'disk');
    mkdirSync(disk);
  });
  afterEach(() => execFileSync('umount', [disk]));
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]);

  /** Runs a command that does something, as a user does; what it printed, and how it ended. */
  function command(work: string) {
    const program = join(folder, 'program.ts');
    writeFileSync(program, `
      import { writeFileSync } from 'fs';
      import { setTimeout as sleep } from 'timers/promises';
      import { runCommand } from '${resolve('cli/rehearsal/telling/command')}';
      void runCommand({ title: 'Rehearsal', scratch: '${disk}/.rehearsal', work: async ({ transcript, folder, processes }) => { ${work} } }).then(code => process.exit(code));
    `);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', require.resolve('tsx'), program], { encoding: 'utf8', timeout: 60_000 });
    return { status, output: stdout + stderr };
  }
  const lines = (output: string, text: string) => output.split('\n').filter(line => line.includes(text));

  test('that has no room for an environment is called full', async () => {
    mount('size=8m');
    await expect(install(join(disk, 'environments'), 'ministack==1.5.33\n')).rejects.toThrow(`The disk is full: make room (the rehearsal needs about 300 MB below ${disk}/environments)`);
    expect(readdirSync(join(disk, 'environments'))).toEqual([]);
  });

  test.each([
    ['has no room for a run', 'size=8m', 'throw new Error("begun")'],
    ['has no room for what a program writes', 'size=32m', `
      writeFileSync(folder.path + "/large", Buffer.alloc(21 * 1024 * 1024));
      await processes.run("cdk synth", "sh", ["-c", "head -c 20000000 /dev/zero > " + folder.path + "/more && exit 0 || exit 1"], { logFile: folder.log("synth") });`],
    ['fills while a command runs', 'size=32m', `
      writeFileSync(folder.path + "/large", Buffer.alloc(31 * 1024 * 1024));
      for (let i = 0; i < 100; i++) await sleep(300);`],
  ])('that %s is called full, in one line', (_, options, work) => {
    mount(options);
    const { status, output } = command(work);
    expect([status, lines(output, 'The disk is full: make room')]).toEqual([1, [expect.stringContaining(`${disk}/.rehearsal`)]]);
    expect(lines(output, 'Error')).toEqual([]);
  });

  test('that may only be read is named', () => {
    mount('size=32m,ro');
    const { status, output } = command('');
    expect([status, lines(output, 'The rehearsal may not write to')]).toEqual([1, [expect.stringContaining(disk)]]);
  });

  test('that is large enough is no trouble', () => {
    mount('size=64m');
    expect(command('await sleep(1200);')).toEqual({ status: 0, output: expect.stringContaining('The rehearsal succeeded') });
  });
});

/** Whether disks can be mounted here. */
function mountable(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'mountable-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]).status === 0;
  if (isMounted) execFileSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return isMounted;
}
