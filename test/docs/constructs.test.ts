/** Each page of a construct: its programs compile and synthesize as they are printed, and its tables say what is synthesized. */
import { readdirSync, readFileSync } from 'fs';
import { App } from 'aws-cdk-lib';
import { definedBy } from './defined';
import { expectDocumented } from '../support/docs';
import { expectNoFindings } from '../support/findings';
import { add, costOf, countIn, items, PRICES } from '../support/observability-costs';
import { appOf, compilerErrors, snippetsOf, withSnippets } from '../support/snippets';

jest.setTimeout(300_000);

const FOLDER = 'docs/constructs';
const PAGES = readdirSync(FOLDER).filter(file => file.endsWith('.md')).map(file => `${FOLDER}/${file}`);
const SECTIONS = ['Use it', 'What it defines', 'When a region fails', 'What it costs', 'Limits'];

const snippets = PAGES.flatMap(snippetsOf);
const programs = PAGES.flatMap(page => (
  snippetsOf(page).filter(({ isProgram }) => isProgram).map((snippet, i) => ({ page, snippet, number: i + 1, name: snippet.file }))
));
const folder = withSnippets(snippets);

test('there are pages, each with a program', () => {
  expect(PAGES.length).toBeGreaterThanOrEqual(10);
  expect(PAGES.filter(page => !programs.some(program => program.page === page))).toEqual([]);
});

test.each(PAGES)('%s says how to use it, what it defines, what happens when a region fails, what it costs, and its limits', page => {
  const headings = [...readFileSync(page, 'utf8').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings.filter(heading => SECTIONS.includes(heading))).toEqual(SECTIONS);
});

test('all snippets compile', () => {
  expect(compilerErrors(folder(), snippets)).toEqual([]);
});

test.each(programs)('$name is synthesized without findings, and the page says what that makes and costs', ({ page, snippet, number }) => {
  const app = appOf(folder(), snippet);
  expectNoFindings(app);
  const suffix = number === 1 ? '' : ` ${number}`;
  expectDocumented(page, `resources${suffix}`, definedBy(app, snippet.code));
  expectDocumented(page, `costs${suffix}`, costsOf(app));
});

/** What of a program is billed by the month. */
function costsOf(app: App): string {
  const stacks = app.synth().stacksRecursively;
  const counts = add(stacks.map(({ template }) => countIn(template)));
  const billed = items().filter(item => counts[item] > 0).map(item => `${Number(counts[item].toFixed(2))} × ${item} (${PRICES[item].toFixed(2)})`);
  const regions = new Set(stacks.map(({ environment }) => environment.region)).size;
  return `Of the program, ${costOf(counts).toFixed(2)} USD a month in ${regions === 1 ? 'one region' : `${regions} regions`} are billed whether or not anybody uses it: ${billed.join(', ')}.`;
}
