import { spawnSync } from 'child_process';
import { cpSync, readFileSync, writeFileSync } from 'fs';
import { delimiter, join, resolve } from 'path';
import { run } from '../support/packed-app';

/** The CDK of the tests: another one makes other templates. */
const CDK = versionOf('aws-cdk-lib');
const CONSTRUCTS = versionOf('constructs');

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

/** The pom.xml of what jsii's packages need at run time. */
const RUNTIME = ['-q', '-B', '-f', join(__dirname, 'java-runtime/pom.xml'), `-Djsii.version=${versionOf('jsii-pacmak')}`];

export const java: Toolchain = {
  language: 'java',
  missing: () => absent('javac', '-version') ?? absent('mvn', ...RUNTIME, 'dependency:resolve'),
  install(app, packages) {
    // Maven may have no CDK of this version: its code is made of the npm package as well
    const { dependencyClosure } = JSON.parse(readFileSync('.jsii', 'utf8'));
    const modules = ['.', ...Object.keys(dependencyClosure).map(name => join('node_modules', name))].map((module, i) => {
      const into = join(packages, String(i));
      pacmak('java', into, '--code-only', module);
      return join(into, 'java/src/main');
    });
    run(app, 'mvn', ...RUNTIME, 'dependency:copy-dependencies', `-DoutputDirectory=${resolve(app, 'jars')}`);
    const sources = [...modules, 'src/main'].map(module => join(module, 'java')).join(delimiter);
    run(app, 'javac', '-nowarn', '-proc:none', '-implicit:class', '-d', 'classes', '-sourcepath', sources, '-cp', 'jars/*', 'src/main/java/com/example/OrdersApp.java');
    modules.forEach(module => cpSync(join(module, 'resources'), join(app, 'classes'), { recursive: true }));
  },
  command: ['java', '-cp', ['classes', 'jars/*'].join(delimiter), 'com.example.OrdersApp'],
};

/** Makes the package of a language, as `npx projen package-all` does. */
export function pacmak(target: string, packages: string, ...options: string[]): void {
  // the package is built, and need not be again
  run('.', 'env', 'npm_config_ignore_scripts=true', resolve('node_modules/.bin/jsii-pacmak'), '--target', target, '--outdir', packages, '--no-npmignore', ...options);
}

/** The version of a package that is installed here. */
function versionOf(name: string): string {
  return JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')).version;
}

/** What a command says that does not work. */
function absent(command: string, ...args: string[]): string | undefined {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: '/' });
  if (status === 0) return undefined;
  return error ? `there is no ${command}` : `${[command, ...args].join(' ')} fails: ${stderr.trim().split('\n')[0]}`;
}
