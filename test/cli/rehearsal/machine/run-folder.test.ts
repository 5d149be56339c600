import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { RunFolder } from '../../../../cli/rehearsal/machine/run-folder';

let scratch: string;
beforeEach(() => { scratch = mkdtempSync(join(tmpdir(), 'run-folder-')); });
afterEach(() => rmSync(scratch, { recursive: true }));

const NOBODY = 2 ** 22 + 1;
const NOON = new Date('2026-11-22T12:00:00Z');

describe('RunFolder', () => {
  test('is named after the time and the process', () => {
    const { path } = RunFolder.create(scratch, NOON);
    expect(path).toBe(join(scratch, 'runs', `2026-11-22T12-00-00-${process.pid}`));
    expect(existsSync(path)).toBe(true);
  });

  test('keeps itself out of any repository', () => {
    RunFolder.create(scratch);
    expect(readFileSync(join(scratch, '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('deletes the oldest of those that are over, and none that is not', () => {
    const living = `2026-11-20T00-00-00-${process.ppid}`;
    const over = [1, 2, 3, 4, 5].map(day => `2026-11-0${day}T00-00-00-${NOBODY}`);
    [living, ...over].forEach(name => mkdirSync(join(scratch, 'runs', name), { recursive: true }));
    RunFolder.create(scratch, NOON);
    expect(readdirSync(join(scratch, 'runs')).sort()).toEqual([...over.slice(2), living, `2026-11-22T12-00-00-${process.pid}`]);
  });

  test('makes file names of what logs are about', () => {
    expect(RunFolder.create(scratch).log('cdk deploy Orders/global')).toMatch(/logs\/cdk-deploy-Orders-global\.log$/);
  });
});
