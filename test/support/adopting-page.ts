/** What every page of docs/adopting about data, networks and regions must hold. */
import { readFileSync } from 'fs';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { expectNoFindings } from './findings';
import { appOf, compilerErrors, snippetsOf, withSnippets } from './snippets';

/** The properties of all resources of a type. */
export function allOf({ stacks }: CloudAssembly, type: string): any[] {
  const all = stacks.flatMap(({ template }) => Object.values<any>(template.Resources ?? {}));
  return all.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
}

/** Compiles the programs of a page, synthesizes each as it is printed, without findings, and looks for what its section promises. */
export function describePage(page: string, promised: Record<string, (assembly: CloudAssembly) => void>): void {
  const snippets = snippetsOf(page);
  const programs = snippets.filter(({ isProgram }) => isProgram);
  const [head, ...parts] = readFileSync(page, 'utf8').split(/^## /m);
  const sections = parts.map(text => ({ title: text.split('\n')[0], text }));
  const folder = withSnippets(snippets);

  test('all programs compile', () => {
    expect(compilerErrors(folder(), snippets)).toEqual([]);
  });

  test('each section is in the table, has a program, and says what happens when a region fails', () => {
    expect([...head.matchAll(/\[([^\]]+)\]\(#([\w-]+)\)/g)].map(([, title, anchor]) => [title, anchor])).toEqual(
      sections.map(({ title }) => [title, title.toLowerCase().replace(/[^\w -]/g, '').replace(/ /g, '-')]),
    );
    for (const { title, text } of sections) expect([title, /^```ts\nimport/m.test(text), text.includes('**When a region fails**')]).toEqual([title, true, true]);
    expect(Object.keys(promised)).toEqual(sections.map(({ title }) => title));
  });

  test.each(programs.map((_, i): [string, number] => [sections[i].title, i]))('%s: the program does what its section says', (title, i) => {
    const app = appOf(folder(), programs[i]);
    promised[title](app.synth());
    expectNoFindings(app);
  });
}
