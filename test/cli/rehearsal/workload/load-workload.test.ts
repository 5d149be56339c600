import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { createRequire } from 'module';
import { tmpdir } from 'os';
import * as path from 'path';
import { buildSync } from 'esbuild';

const ROOT = path.join(__dirname, '../../../..');
const GOOD = 'generator: () => undefined, client: async () => ({ type: \'ok\' })';
const STRIPS_TYPES = Boolean((process.features as { typescript?: unknown }).typescript);

/** What became of a file: the names that the workload has and what its generator says, or the error. */
interface Loaded {
  readonly names?: string[];
  readonly generated?: { key?: string };
  /** The stack of what the generator threw. */
  readonly threw?: string;
  readonly error?: string;
  readonly isMistake?: boolean;
}

/** A folder for temporary files from which no esbuild is found, as some machine may have one above its own. */
const OUTSIDE = [tmpdir(), '/var/tmp'].find(outside => {
  try {
    createRequire(path.join(outside, 'x.js')).resolve('esbuild');
    return false;
  } catch {
    return true;
  }
})!;

jest.setTimeout(30_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(OUTSIDE, 'load-workload-'));
  // jest has no `import` of its own, and the command is a bundle as well
  buildSync({
    stdin: {
      contents: `
        import { loadWorkload } from './cli/rehearsal/workload/load-workload';
        import { WorkloadMistake } from './cli/rehearsal/workload/mistakes';
        (async () => {
          const all = {};
          for (const file of process.argv.slice(2)) {
            try {
              const workload = await loadWorkload(file);
              all[file] = { names: Object.keys(workload) };
              try {
                all[file].generated = workload.generator({ number: 1, acknowledged: [] });
              } catch (error) {
                all[file].threw = error.stack;
              }
            } catch (error) {
              all[file] = { error: error.message, isMistake: error instanceof WorkloadMistake };
            }
          }
          console.log(JSON.stringify(all));
        })();`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: 'node',
    outfile: path.join(folder, 'loader.cjs'),
    logLevel: 'error',
  });
  mkdirSync(path.join(folder, 'with-esbuild/node_modules'), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules/esbuild'), path.join(folder, 'with-esbuild/node_modules/esbuild'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Loads each of some files, which are written into a project first. */
function load(files: Record<string, string>, project = 'plain', names = Object.keys(files)): Record<string, Loaded> {
  const cwd = path.join(folder, project);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
    writeFileSync(path.join(cwd, name), text);
  }
  const env = { ...process.env, NODE_OPTIONS: '' };
  return JSON.parse(execFileSync(process.execPath, [path.join(folder, 'loader.cjs'), ...names], { cwd, env, encoding: 'utf8' })) as Record<string, Loaded>;
}

describe('loadWorkload', () => {
  test('loads JavaScript of every kind, and what TypeScript has compiled', () => {
    const loaded = load({
      'a.mjs': `export default { ${GOOD} };`,
      'b.cjs': `module.exports = { ${GOOD} };`,
      'c.cjs': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = { ${GOOD} };`,
      'esm/package.json': '{ "type": "module" }',
      'esm/d.js': `export default { ${GOOD} };`,
      'e.js': `module.exports = { ${GOOD} };`,
    }, 'plain', ['a.mjs', 'b.cjs', 'c.cjs', 'esm/d.js', 'e.js']);
    expect(Object.values(loaded)).toEqual(Array(5).fill({ names: ['generator', 'client'] }));
  });

  test('names what is wrong with a workload, in one line', () => {
    const bad: Record<string, [string, string]> = {
      'none.mjs': ['export const workload = 1;', 'none.mjs has no default export; it must end with: export default defineWorkload({ generator, client })'],
      'empty.cjs': ['', 'empty.cjs has no default export; it must end with: export default defineWorkload({ generator, client })'],
      'number.mjs': ['export default 7;', 'the default export of number.mjs must be a workload, an object with generator and client, and is 7'],
      'function.mjs': ['export default () => {};', 'the default export of function.mjs must be a workload, an object with generator and client, and is a function'],
      'null.mjs': ['export default null;', 'the default export of null.mjs must be a workload, an object with generator and client, and is null'],
      'no-generator.mjs': ['export default { client() {} };', 'generator of the workload in no-generator.mjs must be a function, and is undefined'],
      'generator.mjs': ['export default { generator: "x", client() {} };', 'generator of the workload in generator.mjs must be a function, and is "x"'],
      'client.mjs': ['export default { generator() {}, client: {} };', 'client of the workload in client.mjs must be a function, and is {}'],
      'rate.mjs': [`export default { ${GOOD}, rate: 0 };`, 'rate of the workload in rate.mjs must be a number from 0.01 to 1000, and is 0'],
      'nan.mjs': [`export default { ${GOOD}, rate: NaN };`, 'rate of the workload in nan.mjs must be a number from 0.01 to 1000, and is null'],
      'customers.mjs': [`export default { ${GOOD}, customers: 1.5 };`, 'customers of the workload in customers.mjs must be an integer from 1 to 1000, and is 1.5'],
      'timeout.mjs': [`export default { ${GOOD}, timeoutMs: "5" };`, 'timeoutMs of the workload in timeout.mjs must be a number from 1 to 600000, and is "5"'],
      'checkers.mjs': [
        `export default { ${GOOD}, checkers: [{ name: 'x', check() {} }, () => {}] };`,
        'checkers of the workload in checkers.mjs must be a list of checkers with a name and a function check, and number 2 is a function',
      ],
      'poison.mjs': [`export default { ${GOOD}, poison: { operation() {} } };`, 'poison of the workload in poison.mjs must have functions operation and cure, and is {}'],
      'workload.txt': ['', 'the workload workload.txt must end with one of .js, .mjs, .cjs, .ts, .mts, .cts'],
    };
    const loaded = load({ ...Object.fromEntries(Object.entries(bad).map(([name, [text]]) => [name, text])), 'folder.mjs/x': '' }, 'plain', [...Object.keys(bad), 'nowhere.mjs', 'folder.mjs']);
    const messages = Object.fromEntries(Object.entries(bad).map(([name, [, message]]) => [name, { error: message, isMistake: true }]));
    expect(loaded).toEqual({
      ...messages,
      'nowhere.mjs': { error: 'there is no workload nowhere.mjs', isMistake: true },
      'folder.mjs': { error: 'the workload folder.mjs is not a file', isMistake: true },
    });
  });

  test('names what means nothing, and what would', () => {
    const { 'typo.mjs': loaded } = load({ 'typo.mjs': `export default { ${GOOD}, readback() {} };` });
    expect(loaded.error).toMatch(/^the workload in typo\.mjs has readback, which means nothing; a workload may have generator, client, readBack, /);
  });

  test('names why a file cannot be loaded', () => {
    const loaded = load({
      'syntax.mjs': 'export default {;', 'throws.cjs': 'throw new Error("no wallet");', 'import.mjs': 'import "not-there"; export default {};',
    });
    expect(loaded['syntax.mjs'].error).toMatch(/^the workload syntax\.mjs cannot be loaded: SyntaxError: Unexpected token ';'/);
    expect(loaded['throws.cjs'].error).toMatch(/^the workload throws\.cjs cannot be loaded: Error: no wallet, at .*throws\.cjs:1:7/);
    expect(loaded['import.mjs'].error).toMatch(/^the workload import\.mjs cannot be loaded: Error: Cannot find package 'not-there'/);
    expect(Object.values(loaded).every(({ error }) => !error!.includes('\n'))).toBe(true);
  });

  test('compiles TypeScript by the esbuild of its project, with its imports, and leaves no file', () => {
    const typed = (more = '') => `
      import { readFileSync } from 'fs';
      import { KEY } from './lib/keys';
      import type { Missing } from 'not-there';
      enum Kind { PUT = 'put' }
      ${more}
      const generator = (context: { number: number }): Missing => ({ kind: Kind.PUT, action: 'write', key: KEY + context.number });
      export default { generator, client: async () => ({ type: 'ok' as const }) };`;
    const loaded = load({
      'package.json': '{}',
      'lib/keys.ts': 'export const KEY: string = "k-";',
      'a.ts': typed(),
      'b.mts': typed('const here: string = import.meta.url; await Promise.resolve(here);'),
      'c.cts': typed('const here: string = __dirname; require("path").join(here);'),
      'esm/package.json': '{ "type": "module" }',
      'esm/lib/keys.ts': 'export const KEY: string = "k-";',
      'esm/d.ts': typed('await Promise.resolve(import.meta.url);'),
      'node_modules/helper/package.json': '{ "name": "helper", "exports": "./index.js" }',
      // bundled, it would be elsewhere
      'node_modules/helper/index.js': 'exports.help = () => require("path").basename(__dirname) === "helper" && "helped";',
      'e.ts': typed('import { help } from "helper"; if (help() !== "helped") throw new Error("not helped");'),
    }, 'with-esbuild', ['a.ts', 'b.mts', 'c.cts', 'esm/d.ts', 'e.ts']);
    expect(Object.values(loaded)).toEqual(Array(5).fill({ names: ['generator', 'client'], generated: { kind: 'put', action: 'write', key: 'k-1' } }));
    expect(readdirSync(path.join(folder, 'with-esbuild')).filter(name => name.startsWith('.'))).toEqual([]);
  });

  test('errors of TypeScript name the line that the user has written', () => {
    const loaded = load({
      'throws.ts': 'interface A {\n  readonly b: string;\n}\n\nfunction generator(): A {\n  throw new TypeError("oh");\n}\nexport default { generator, client: async () => ({ type: "ok" }) };',
      'syntax.ts': 'const x = 1;\nexport default {;',
      'import.ts': 'import { x } from "./not-there";\nexport default x;',
      'loads.ts': 'interface A {}\nthrow new Error("no wallet");',
    }, 'with-esbuild');
    expect(loaded['throws.ts'].threw).toMatch(/throws\.ts:6:9/);
    expect(loaded['syntax.ts'].error).toBe('the workload syntax.ts cannot be compiled: Expected identifier but found ";" (syntax.ts:2:16)');
    expect(loaded['import.ts'].error).toBe('the workload import.ts cannot be compiled: Could not resolve "./not-there" (import.ts:1:18)');
    expect(loaded['loads.ts'].error).toMatch(/^the workload loads\.ts cannot be loaded: Error: no wallet, at .*loads\.ts:2:7/);
    expect(readdirSync(path.join(folder, 'with-esbuild')).filter(name => name.startsWith('.'))).toEqual([]);
  });

  test('without esbuild, TypeScript is for Node.js, or one line says what is missing', () => {
    const { 'a.ts': loaded } = load({ 'a.ts': `const customers: number = 2; export default { ${GOOD}, customers };` }, 'without-esbuild');
    expect(loaded).toEqual(STRIPS_TYPES ? { names: ['generator', 'client', 'customers'] } : {
      error: 'the workload a.ts is TypeScript, which needs esbuild (npm install --save-dev esbuild), Node.js 22.18 or later, or a workload in JavaScript', isMistake: true,
    });
  });

  test('what a tsconfig.json leads elsewhere is found there', () => {
    const { 'a.ts': loaded } = load({
      'tsconfig.json': '{ "compilerOptions": { "paths": { "cdk-multi-region/rehearsal": ["./elsewhere.ts"] } } }',
      'elsewhere.ts': 'export const defineWorkload = <T extends object>(workload: T): T => ({ ...workload, rate: 7 });',
      'a.ts': `import { defineWorkload } from 'cdk-multi-region/rehearsal'; export default defineWorkload({ ${GOOD} });`,
    }, 'with-esbuild', ['a.ts']);
    expect(loaded).toEqual({ names: ['generator', 'client', 'rate'] });
  });
});
