import { spawnSync } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';
import { run } from '../support/packed-app';

/** The CDK of the tests: another one makes other templates. */
const CDK = JSON.parse(readFileSync('node_modules/aws-cdk-lib/package.json', 'utf8')).version;
const CONSTRUCTS = JSON.parse(readFileSync('node_modules/constructs/package.json', 'utf8')).version;

/** What installs and runs an app in a language. */
export interface Toolchain {
  readonly language: string;
  /** The command that runs the app. */
  readonly command: readonly string[];
  /** What is missing to run apps here, if anything is. */
  missing(): string | undefined;
  /** Installs the library, as it is published for the language, and what it needs, in the folder of an app, beside which is one for what jsii-pacmak makes. */
  install(app: string, packages: string): void;
}

export const python: Toolchain = {
  language: 'python',
  missing: () => absent('python3', '-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))'),
  install(app, packages) {
    pacmak('python', packages);
    run(app, 'python3', '-m', 'venv', '.venv');
    const links = join(packages, 'python');
    run(app, '.venv/bin/pip', 'install', '--quiet', '--find-links', links, '--requirement', 'requirements.txt', `aws-cdk-lib==${CDK}`, `constructs==${CONSTRUCTS}`);
  },
  command: ['.venv/bin/python', 'app.py'],
};

export const go: Toolchain = {
  language: 'go',
  missing: () => absent('go', 'mod', 'download', `github.com/aws/aws-cdk-go/awscdk/v2@v${CDK}`),
  install(app, packages) {
    pacmak('go', packages, '--code-only');
    const module = join(packages, 'go/cdkmultiregion');
    // Those of the packages that npm has installed here. Modules are made later, or never: those that the CDK's own module asks for are there.
    const required = readFileSync(join(module, 'go.mod'), 'utf8');
    writeFileSync(join(module, 'go.mod'), required.replace(/^.* \/\/ indirect\n/gm, ''));
    run(app, 'go', 'mod', 'edit', '-replace', `github.com/cdk-multi-region/cdk-multi-region-go/cdkmultiregion=${module}`);
    run(app, 'go', 'mod', 'tidy');
  },
  command: ['go', 'run', '.'],
};

/** Makes the package of a language, as `npx projen package-all` does. */
export function pacmak(target: string, packages: string, ...options: string[]): void {
  // the package is built, and need not be again
  run('.', 'env', 'npm_config_ignore_scripts=true', resolve('node_modules/.bin/jsii-pacmak'), '--target', target, '--outdir', packages, '--no-npmignore', ...options);
}

/** What a command says that does not work. */
function absent(command: string, ...args: string[]): string | undefined {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: '/' });
  if (status === 0) return undefined;
  return error ? `there is no ${command}` : `${[command, ...args].join(' ')} fails: ${stderr.trim().split('\n')[0]}`;
}
