/** How the files under src may depend on each other. */
import { circles, Modules, parseModules, readSources } from './support/modules';

/** The folders, each of which may import from itself and from those before it. */
const FOLDERS = [
  'system',
  'regional-function',
  'dead-letters',
  'multi-region-function',
  'multi-region-queue',
  'global-event-bus',
  'global-table',
  'evacuation-switch',
  'replicated-workflow',
  'multi-region-api',
  'observability',
  'multi-region-pipeline',
  'compliance',
  'diagram',
];

const folderOf = (file: string) => file.split('/')[0];
const isIndex = (file: string) => /(^|\/)index\.ts$/.test(file);

/** Imports of a folder's index instead of the file that has what is imported. */
function importsOfAnIndex(modules: Modules): string[] {
  return [...modules].flatMap(([file, { imports }]) => imports.filter(isIndex).map(index => `${file} -> ${index}`));
}

function reexportsOutsideOfAnIndex(modules: Modules): string[] {
  return [...modules].filter(([file]) => !isIndex(file)).flatMap(([file, { reexports }]) => reexports.map(other => `${file} re-exports ${other}`));
}

/** Imports of a folder that comes later in the order, or is not in it. The index of the library names all of them. */
function upwardImports(modules: Modules): string[] {
  const mayImport = (file: string, other: string) => FOLDERS.slice(0, FOLDERS.indexOf(folderOf(file)) + 1).includes(folderOf(other));
  return [...modules].filter(([file]) => file !== 'index.ts')
    .flatMap(([file, { imports, reexports }]) => [...imports, ...reexports].filter(other => !mayImport(file, other)).map(other => `${file} -> ${other}`));
}

const ENVIRONMENT = /\bprocess\s*(\.|\[\s*['"])\s*env\b/;

/** What runs in the user's CDK app reads props and context. A handler, and its log, run in Lambda, and are configured by the environment. */
function readersOfTheEnvironment(modules: Modules): string[] {
  return [...modules].filter(([file, { text }]) => !file.endsWith('.lambda.ts') && file !== 'system/log.ts' && ENVIRONMENT.test(text))
    .map(([file]) => file);
}

describe('the files of src', () => {
  const modules = parseModules(readSources('src'));

  test('do not import each other in a circle, not even for types', () => {
    expect(circles(modules)).toEqual([]);
  });

  test('import files, and never a folder\'s index', () => {
    expect(importsOfAnIndex(modules)).toEqual([]);
  });

  test('re-export nothing, but for the index of a folder', () => {
    expect(reexportsOutsideOfAnIndex(modules)).toEqual([]);
  });

  test('are in folders, each of which imports only from itself and from those before it', () => {
    expect([...modules.keys()].filter(file => file !== 'index.ts' && !FOLDERS.includes(folderOf(file)))).toEqual([]);
    expect(upwardImports(modules)).toEqual([]);
  });

  test('do not read the environment of the process, but for handlers', () => {
    // and but for the CDK's own switch of its checks
    expect(readersOfTheEnvironment(modules)).toEqual(['system/regional-types.ts']);
  });
});

describe('the checks of this file', () => {
  test.each([
    ['an import', 'import { a } from \'./one\';'],
    ['an import of a type', 'import type { a } from \'./one\';'],
    ['an import for its effects', 'import \'./one\';'],
    ['an import by require', 'import one = require(\'./one\');'],
    ['a type by import', 'type One = import(\'./one\').One;'],
    ['a call of import', 'const one = async () => import(\'./one\');'],
    ['a call of require', 'const one = () => require(\'./one\');'],
    ['a re-export', 'export { a } from \'./one\';'],
  ])('find a circle that %s closes', (_, text) => {
    const modules = parseModules({
      'system/one.ts': 'import { b } from \'./two\';',
      'system/two.ts': 'import { c } from \'./three\';',
      'system/three.ts': text,
      'system/four.ts': 'import { a } from \'./one\';',
    });
    expect(circles(modules)).toEqual(['system/one.ts -> system/two.ts -> system/three.ts -> system/one.ts']);
  });

  test('find nothing in what is as it should be', () => {
    const modules = parseModules({
      'index.ts': 'export * from \'./system\'; export * from \'./diagram\';',
      'system/index.ts': 'export * from \'./system\';',
      'system/system.ts': 'import { join } from \'path\'; import { App } from \'aws-cdk-lib\'; import { log } from \'./log\';',
      'system/log.ts': 'export const level = process.env.LEVEL;',
      'diagram/index.ts': 'export * from \'./draw\'; export * from \'./shapes\';',
      'diagram/draw.ts': 'import { System } from \'../system/system\'; import { Box } from \'./shapes/box\'; const processed = { env: 1 };',
      'diagram/draw.lambda.ts': 'import { draw } from \'./draw\'; draw(process.env.WHAT);',
      'diagram/shapes/index.ts': 'export * from \'./box\';',
      'diagram/shapes/box.ts': 'export interface Box {}',
    });
    const checks = [circles, importsOfAnIndex, reexportsOutsideOfAnIndex, upwardImports, readersOfTheEnvironment];
    expect(checks.flatMap(check => check(modules))).toEqual([]);
  });

  test('find imports of an index, re-exports outside of one, imports of later folders, and readers of the environment', () => {
    const modules = parseModules({
      'index.ts': 'export * from \'./system\';',
      'system/index.ts': 'export * from \'./system\';',
      'system/system.ts': 'import { draw } from \'../diagram/draw\'; export { helper } from \'../elsewhere/helper\';',
      'elsewhere/helper.ts': 'const { LEVEL } = process.env;',
      'diagram/draw.ts': 'import { System } from \'../system\'; import * as all from \'..\'; const level = process[\'env\'].LEVEL;',
    });
    expect(importsOfAnIndex(modules)).toEqual(['diagram/draw.ts -> system/index.ts', 'diagram/draw.ts -> index.ts']);
    expect(reexportsOutsideOfAnIndex(modules)).toEqual(['system/system.ts re-exports elsewhere/helper.ts']);
    expect(upwardImports(modules)).toEqual(['system/system.ts -> diagram/draw.ts', 'system/system.ts -> elsewhere/helper.ts', 'diagram/draw.ts -> index.ts']);
    expect(readersOfTheEnvironment(modules)).toEqual(['elsewhere/helper.ts', 'diagram/draw.ts']);
  });

  test('refuse an import of what is not there', () => {
    expect(() => parseModules({ 'one.ts': 'import \'./two\';' })).toThrow('one.ts: "./two" is not a source file');
  });
});
