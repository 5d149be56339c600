import { randomBytes } from 'crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { pathToFileURL } from 'url';
import type { BuildFailure, BuildResult } from 'esbuild';
import { describeError, WorkloadMistake } from './mistakes';
import { validateWorkload } from './validate-workload';
import { Workload } from './workload';

const JAVASCRIPT = ['.js', '.mjs', '.cjs'];
const TYPESCRIPT = ['.ts', '.mts', '.cts'];

/**
 * Loads the workload that a file exports by default. TypeScript is compiled by the esbuild of the project that the file is in, or by Node.js where it can.
 *
 * Throws a `WorkloadMistake`, which is one line, if that is not possible.
 *
 * @param file absolute, or relative to the current folder
 */
export async function loadWorkload(file: string): Promise<Workload> {
  const absolute = path.resolve(file);
  if (!existsSync(absolute)) throw new WorkloadMistake(`there is no workload ${file}`);
  if (!statSync(absolute).isFile()) throw new WorkloadMistake(`the workload ${file} is not a file`);
  const extension = path.extname(absolute);
  if (JAVASCRIPT.includes(extension)) return validateWorkload(file, await importModule(file, absolute));
  if (!TYPESCRIPT.includes(extension)) throw new WorkloadMistake(`the workload ${file} must end with one of ${[...JAVASCRIPT, ...TYPESCRIPT].join(', ')}`);

  const esbuild = esbuildOf(path.dirname(absolute));
  if (esbuild) return validateWorkload(file, await compileAndImport(esbuild, file, absolute));
  if (!stripsTypes()) {
    throw new WorkloadMistake(`the workload ${file} is TypeScript, which needs esbuild (npm install --save-dev esbuild), Node.js 22.18 or later, or a workload in JavaScript`);
  }
  return validateWorkload(file, await importModule(file, absolute));
}

/**
 * Returns whether Node.js itself runs TypeScript: by default as of 22.18.
 *
 * @see https://nodejs.org/api/typescript.html
 * @see https://nodejs.org/api/process.html#processfeaturestypescript
 */
function stripsTypes(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}

type Esbuild = { build(options: object): Promise<BuildResult<{ write: false }>>; stop?(): Promise<void> };

function esbuildOf(folder: string): Esbuild | undefined {
  const requireThere = createRequire(path.join(folder, 'workload.js'));
  let found: string;
  try {
    found = requireThere.resolve('esbuild');
  } catch {
    return undefined;
  }
  return requireThere(found) as Esbuild;
}

async function compileAndImport(esbuild: Esbuild, file: string, absolute: string): Promise<unknown> {
  const folder = path.dirname(absolute);
  const format = formatOf(absolute);
  // beside it, so that its imports and the sources in stack traces are found
  const compiled = path.join(folder, `.${path.basename(absolute)}.${randomBytes(4).toString('hex')}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  let result: BuildResult<{ write: false }>;
  try {
    result = await esbuild.build({
      entryPoints: [absolute],
      outfile: compiled,
      absWorkingDir: folder,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: `node${process.versions.node}`,
      format,
      sourcemap: 'inline',
      sourcesContent: false,
      write: false,
      logLevel: 'silent',
      plugins: format === 'cjs' ? [OWN_FOLDERS] : [],
    });
  } catch (error) {
    throw new WorkloadMistake(`the workload ${file} cannot be compiled: ${compileError(error)}`);
  }
  // its service would go on for as long as this process
  await esbuild.stop?.();
  process.setSourceMapsEnabled(true);
  try {
    writeFileSync(compiled, result.outputFiles[0].contents);
  } catch (error) {
    throw new WorkloadMistake(`the workload ${file} cannot be compiled: a file beside it cannot be written: ${(error as Error).message}`);
  }
  try {
    return await importModule(file, compiled);
  } finally {
    rmSync(compiled, { force: true });
  }
}

/** Each module that asks where it is goes on to know, although all are one file: some read what is beside them. */
const OWN_FOLDERS = {
  name: 'own-folders',
  setup: (build: { onLoad(options: object, load: (file: { path: string }) => object | undefined): void }) => {
    build.onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path: module }) => {
      const source = readFileSync(module, 'utf8');
      if (!/__(dir|file)name/.test(source)) return undefined;
      const contents = `var __filename = ${JSON.stringify(module)}, __dirname = ${JSON.stringify(path.dirname(module))}; ${source}`;
      return { contents, loader: /\.[cm]?ts$/.test(module) ? 'ts' : 'js' };
    });
  },
};

function compileError(error: unknown): string {
  const [first] = (error as Partial<BuildFailure>).errors ?? [];
  if (!first) return describeError(error);
  return first.location ? `${first.text} (${first.location.file}:${first.location.line}:${first.location.column})` : first.text;
}

/** Returns the format that Node.js and TypeScript take a file for: as its name says, else as the package that it is in does. */
function formatOf(file: string): 'esm' | 'cjs' {
  if (file.endsWith('.mts')) return 'esm';
  if (file.endsWith('.cts')) return 'cjs';
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module' ? 'esm' : 'cjs';
    if (folder === path.dirname(folder)) return 'cjs';
  }
}

async function importModule(file: string, absolute: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(absolute).href) as unknown;
  } catch (error) {
    throw new WorkloadMistake(`the workload ${file} cannot be loaded: ${describeError(error)}`);
  }
}
