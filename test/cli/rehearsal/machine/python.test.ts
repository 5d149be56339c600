import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { findPython } from '../../../../cli/rehearsal/machine/python';

let folder: string;
let path: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'python-'));
  path = process.env.PATH;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

/** A program that answers as a Python of some version would. */
function python(name: string, version: number[], environments = true): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify({ version, implementation: 'cpython', environments })}'\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('findPython', () => {
  test('finds the one of this machine', async () => {
    expect((await findPython()).kind).toMatch(/^cpython-3\.\d+$/);
  });

  test('takes a newer one that is beside an old python3', async () => {
    python('python3', [3, 8, 18]);
    python('python3.12', [3, 12, 1]);
    process.env.PATH = folder;
    expect(await findPython()).toEqual({ command: 'python3.12', kind: 'cpython-3.12' });
  });

  test('says so if there is none', async () => {
    process.env.PATH = folder;
    await expect(findPython()).rejects.toThrow('There is no python3 on the PATH: install Python 3.10 or newer, or name one with --python <path>.');
  });

  test('says so if the chosen one is none', async () => {
    await expect(findPython('/no/python')).rejects.toThrow('/no/python does not run as a Python: name one of version 3.10 or newer with --python <path>.');
  });

  test('says so if it is too old', async () => {
    const old = python('python', [3, 9, 18]);
    await expect(findPython(old)).rejects.toThrow(`${old} is Python 3.9.18, and the local regions need 3.10 or newer: install that, or name another one`);
  });

  test('says so if it cannot make virtual environments', async () => {
    python('python3', [3, 11, 2], false);
    process.env.PATH = folder;
    await expect(findPython()).rejects.toThrow('python3 is Python 3.11.2 without the modules that make virtual environments: '
      + 'add them (Debian and Ubuntu: apt install python3.11-venv), or name one with --python <path>.');
  });
});
