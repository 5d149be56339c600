import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, join } from 'path';
import { findCdkCli } from '../../../../cli/rehearsal/deployment/cdk-cli';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'cdk-cli-')); });
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file, and the folders around it. */
function file(path: string, text = '', mode = 0o644): string {
  const whole = join(folder, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, text);
  chmodSync(whole, mode);
  return whole;
}

/** Makes it so that nothing is installed for an app in the folder, whatever is above it. */
function nothingInstalled(): void {
  file('node_modules/aws-cdk/package.json', JSON.stringify({ name: 'aws-cdk', exports: {} }));
}

describe('findCdkCli', () => {
  test('finds the one that is installed for the app, in its folder or above', () => {
    file('node_modules/aws-cdk/package.json', JSON.stringify({ name: 'aws-cdk', exports: { './bin/cdk': './bin/cdk' } }));
    const cli = file('node_modules/aws-cdk/bin/cdk');
    const onPath = file('programs/cdk', '', 0o755);
    expect(findCdkCli(join(folder, 'apps/orders'), join(onPath, '..'))).toEqual({ command: process.execPath, args: [cli] });
  });

  test('finds the one on the PATH, if it can be started', () => {
    nothingInstalled();
    file('notes/cdk');
    mkdirSync(join(folder, 'folders/cdk'), { recursive: true });
    const program = file('programs/cdk', '', 0o755);
    const path = ['', 'nowhere', 'notes', 'folders', 'programs'].map(name => name && join(folder, name)).join(delimiter);
    expect(findCdkCli(folder, path)).toEqual({ command: program, args: [] });
  });

  test('says how to get one if there is none', () => {
    nothingInstalled();
    expect(() => findCdkCli(folder, folder)).toThrow(`There is no CDK CLI, neither installed for ${folder} nor on the PATH: npm install --save-dev aws-cdk, then run it again.`);
  });
});
