import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join, resolve } from 'path';
import { App } from 'aws-cdk-lib';
import * as ts from 'typescript';

/** A block of TypeScript in a page. */
export interface Snippet {
  /** Where it is, such as `global-table-1.ts`, or what its first line says: `// handlers/hello.ts`. */
  readonly file: string;
  readonly code: string;
  /** Whether it makes an app, rather than being a file that one needs. */
  readonly isProgram: boolean;
}

/** The blocks of TypeScript in a page, each of which is a file. */
export function snippetsOf(page: string): Snippet[] {
  const name = page.replace(/^.*\/|\.md$/g, '');
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  return blocks.map((code, i) => {
    const named = /^\/\/ (\S+\.\w+)\n/.exec(code)?.[1];
    return { file: named ?? `${name}-${i + 1}.ts`, code, isProgram: named === undefined };
  });
}

/** Writes snippets into a folder in which they find what a project of a reader has installed. */
function writeSnippets(folder: string, snippets: readonly Snippet[]): void {
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const { file, code } of snippets) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code);
  }
}

/** Gives the tests of a file a folder with snippets, in which apps are synthesized as `cdk synth` does, but for bundling. Returns the folder to a test that runs. */
export function withSnippets(snippets: readonly Snippet[]): () => string {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'snippets-'));
    writeSnippets(folder, snippets);
    process.env.CDK_CONTEXT_JSON = JSON.stringify({ 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true });
    process.env.CDK_OUTDIR = join(folder, 'cdk.out');
  });
  afterAll(() => {
    delete process.env.CDK_CONTEXT_JSON;
    delete process.env.CDK_OUTDIR;
    rmSync(folder, { recursive: true });
  });
  return () => folder;
}

/** What the compiler says of snippets in a folder, as strict as it can be. */
export function compilerErrors(folder: string, snippets: readonly Snippet[]): string[] {
  const program = ts.createProgram(snippets.map(({ file }) => join(folder, file)), {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ['node'],
    typeRoots: [resolve('node_modules/@types')],
    paths: { 'cdk-multi-region': [resolve('src/index.ts')] },
  });
  const own = snippets.flatMap(({ file }) => program.getSourceFile(join(folder, file)) ?? []);
  return own.flatMap(source => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)])
    .map(({ file, messageText }) => `${file?.fileName.slice(folder.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

/** Runs a program in the folder of its files, and returns the app that it makes. */
export function appOf(folder: string, { code }: Snippet): App {
  const { outputText } = ts.transpileModule(`${code}\nexport { app };`, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exported: { app?: App } = {};
  const before = process.cwd();
  process.chdir(folder);
  try {
    new Function('require', 'exports', '__dirname', outputText)(require, exported, folder);
    return exported.app!;
  } finally {
    process.chdir(before);
  }
}
