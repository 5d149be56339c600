import { spawnSync } from 'child_process';
import { existsSync, mkdirSync } from 'fs';
import { tmpdir } from 'os';
import { basename, join } from 'path';
import setUp, { ownTemporaryFolder } from './temporary-folder';

test('tests write what is temporary into a folder of their run', () => {
  expect(basename(tmpdir())).toMatch(/^cdk-multi-region-tests-\d+$/);
});

test('a run removes the folders of those that are dead, and of no others', () => {
  const outside = process.env.TMPDIR;
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  const [left, used, other] = [`cdk-multi-region-tests-${dead}`, `cdk-multi-region-tests-${process.ppid}`, 'of-somebody-else'].map(name => join(tmpdir(), name));
  [left, used, other].forEach(folder => mkdirSync(join(folder, 'cdk.out'), { recursive: true }));
  try {
    setUp();
    expect([left, used, other].map(existsSync)).toEqual([false, true, true]);
    expect(ownTemporaryFolder()).toBe(join(outside!, `cdk-multi-region-tests-${process.pid}`));
  } finally {
    process.env.TMPDIR = outside;
  }
});
