/** The example-app as a product team has it: in a folder of its own, with the packed library as its dependency. */
import { spawnSync } from 'child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { isAlive, ownerOf } from '../../cli/rehearsal/machine/run-folder';

/** Runs a command; what it printed is in the error if it fails. */
export function run(folder: string, command: string, ...args: string[]): string {
  const env = { ...process.env, CDK_VALIDATION: 'true', JSII_DEPRECATED: 'quiet' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/**
 * Copies the example-app and packs the library beside it, whatever folder it is copied to afterwards.
 *
 * @param options of npm, which installs its packages and writes its package-lock.json
 * @returns the files of the library's package
 */
export async function packedApp(app: string, ...options: string[]): Promise<string[]> {
  await compiledLibrary();
  cpSync('example-app', app, { recursive: true, filter: source => !/(^|\/)(\.rehearsal|cdk\.out|node_modules|__pycache__)$/.test(source) });
  const [{ filename, files }] = JSON.parse(run('.', 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', app));
  change(join(app, 'package.json'), manifest => { manifest.dependencies['cdk-multi-region'] = `file:${filename}`; });
  run(app, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...options);
  return files.map((file: { path: string }) => file.path);
}

/** Bundles and compiles the library, unless it was since it was changed last. */
export async function compiledLibrary(): Promise<void> {
  await alone(() => isStale() && ['pre-compile', 'compile'].forEach(task => run('.', 'npx', 'projen', task)));
}

/** Edits a JSON file. */
export function change(file: string, edit: (content: any) => void): void {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  edit(content);
  writeFileSync(file, JSON.stringify(content));
}

/** Returns whether the library was changed since it was compiled last. */
function isStale(): boolean {
  if (['.jsii', 'lib/index.js', 'rehearsal/index.d.ts', 'bin/local-region'].some(file => !existsSync(file))) return true;
  const compiled = statSync('.jsii').mtimeMs;
  const sources = ['src', 'cli'].flatMap(folder => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)));
  return ['package.json', ...sources].some(file => statSync(file).mtimeMs > compiled);
}

/** Runs alone. Two suites that begin at a time must not compile side by side: the one that comes first does, and the other waits. */
async function alone(action: () => void): Promise<void> {
  const locks = 'node_modules/.cache/compiling';
  mkdirSync(locks, { recursive: true });
  const mine = `${Date.now()}-${process.pid}`;
  writeFileSync(join(locks, mine), '');
  try {
    while (readdirSync(locks).filter(name => isAlive(ownerOf(name))).sort()[0] !== mine) await sleep(200);
    action();
  } finally {
    rmSync(join(locks, mine));
  }
}
