/** What the README and the guides print is what a reader can paste: it compiles, and the README's first app synthesizes. */
import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { basename, join, resolve } from 'path';
import * as ts from 'typescript';
import { printedFiles } from '../support/printed-files';

const PAGES = ['README.md', ...markdownIn('docs'), ...markdownIn('example-app')];
const files = PAGES.flatMap(page => printedFiles(page).map(file => ({ page, ...file })));
// inside of the repository, so that modules are found
mkdirSync('.snippets', { recursive: true });
const folder = mkdtempSync('.snippets/docs-');
afterAll(() => rmSync(folder, { recursive: true }));

function markdownIn(root: string): string[] {
  return readdirSync(root, { withFileTypes: true }).flatMap(entry => {
    const path = join(root, entry.name);
    if (entry.isDirectory()) return ['node_modules', '.rehearsal', 'cdk.out'].includes(entry.name) ? [] : markdownIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Writes the files of a page into a folder of its own. Returns their paths. */
function write(page: string): string[] {
  const into = join(folder, page.replace(/[^a-z0-9]+/gi, '-'));
  mkdirSync(into, { recursive: true });
  return files.filter(file => file.page === page).map(({ name, code }) => {
    const path = join(into, basename(name));
    writeFileSync(path, `${code}\nexport {};\n`);
    return path;
  });
}

test('All TypeScript in the README and the guides compiles as it is printed', () => {
  expect(files.length).toBeGreaterThan(8);
  const { config } = ts.readConfigFile('tsconfig.dev.json', path => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent({ ...config as object, include: [], files: PAGES.flatMap(write) }, ts.sys, '.');
  // a page declares what it does not use yet
  const paths = PAGES.flatMap(write).map(path => resolve(path));
  const program = ts.createProgram(paths, { ...options, noUnusedLocals: false, noUnusedParameters: false, noEmit: true });
  const problems = ts.getPreEmitDiagnostics(program).filter(({ file }) => file === undefined || file.fileName.includes('.snippets')).map(({ file, start, messageText }) => (
    `${file?.fileName.split('.snippets/').at(-1) ?? ''}:${file ? file.getLineAndCharacterOfPosition(start!).line + 1 : 0} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  ));
  expect(problems).toEqual([]);
}, 120_000);

test('The README\'s first app synthesizes as it is printed', () => {
  write('README.md');
  const into = join(folder, 'README-md');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'app.ts'], {
    cwd: into,
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: resolve(into, 'cdk.out'), TSX_TSCONFIG_PATH: resolve('tsconfig.dev.json') },
  });
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  const stacks = readdirSync(join(into, 'cdk.out')).filter(name => name.endsWith('.template.json'));
  expect(stacks.map(name => name.replace(/[0-9A-F]{8}\.template\.json$/, '')).sort()).toEqual([
    'Notesapsoutheast2', 'Notesapsoutheast2mesh', 'Noteseuwest1', 'Noteseuwest1mesh', 'Notesglobal', 'Notesuswest2', 'Notesuswest2mesh',
  ]);
}, 120_000);
