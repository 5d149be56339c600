import { readdirSync, readFileSync } from 'fs';
import { extname, join, sep } from 'path';
import { expectDocumented } from '../support/docs';

const PAGE = 'docs/languages.md';
const HIGHLIGHTED: Record<string, string> = { '.py': 'python', '.java': 'java', '.cs': 'csharp', '.go': 'go', '.json': 'json', '.xml': 'xml', '.csproj': 'xml' };
const APPS = ['csharp', 'go', 'java', 'python', 'shared'];

const files = APPS.flatMap(app => readdirSync(join(__dirname, app), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(__dirname.length + 1).split(sep).join('/')))
  .filter(file => !/pycache/.test(file));

test.each(files)('docs/languages.md shows %s as it is', file => {
  expectDocumented(PAGE, file, `\`\`\`${HIGHLIGHTED[extname(file)] ?? 'text'}\n${readFileSync(join(__dirname, file), 'utf8').trim()}\n\`\`\``);
});

test('docs/languages.md shows no code of its own', () => {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^(.*)\n```\w/gm)].map(([, before]) => before);
  expect(blocks).toEqual(expect.arrayContaining(files.map(file => `<!-- begin: ${file} -->`)));
  expect(blocks).toHaveLength(files.length);
});
