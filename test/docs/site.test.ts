/** The documentation's site, as `npm run docs` builds it, with its links and its search. */
import { execFileSync } from 'child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'fs';
import { dirname, join, normalize, sep } from 'path';
import { pathToFileURL } from 'url';
import { Browser, Page } from 'playwright-core';
import { findChromium, startChromium } from '../support/browser';

jest.setTimeout(600_000);

// with LONG=1, after `npx projen compile`: it reads .jsii
const long = process.env.LONG ? describe : describe.skip;

long('The site', () => {
  let pages: Map<string, string>;

  beforeAll(() => {
    const { tasks } = JSON.parse(readFileSync('.projen/tasks.json', 'utf8'));
    for (const { exec, cwd } of tasks.docs.steps) execFileSync('bash', ['-c', exec], { cwd: cwd ?? '.', stdio: 'pipe' });
    const files = readdirSync('site', { recursive: true, encoding: 'utf8' }).map(file => file.split(sep).join('/')).filter(file => file.endsWith('.html'));
    pages = new Map(files.map(file => [file, readFileSync(join('site', file), 'utf8')]));
  });

  test('has a page for every public type, construct, guide and decision', () => {
    const { types } = JSON.parse(readFileSync('.jsii', 'utf8'));
    const names = Object.values<{ name: string }>(types).map(({ name }) => `api/${name}.html`);
    const constructs = readdirSync('docs/constructs').map(file => `constructs/${file.replace('.md', '.html')}`);
    const guides = readdirSync('docs').filter(file => file.endsWith('.md') && file !== 'ADOPTING.md').map(file => `guides/${file.toLowerCase().replace('.md', '.html')}`);
    const decisions = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(file => /adr.*\.md$/.test(file));
    expect([...names, ...constructs, ...guides].filter(file => !pages.has(file))).toEqual([]);
    expect([...pages.keys()].filter(file => file.startsWith('decisions/src-'))).toHaveLength(decisions.length);
  });

  test('shows each member of GlobalTable with what its docstring says', () => {
    const { types } = JSON.parse(readFileSync('.jsii', 'utf8'));
    const { methods, properties } = types['cdk-multi-region.GlobalTable'];
    const page = pages.get('api/GlobalTable.html')!;
    expect([...methods, ...properties].filter(({ name }: { name: string }) => !page.includes(`id="${name}"`))).toEqual([]);
    expect(page).toContain('id="props.partitionKey"');
  });

  test('shows the program of each construct in TypeScript, and in each other language that the package is made for', () => {
    const { targets } = JSON.parse(readFileSync('.jsii', 'utf8'));
    const others = ['python', 'java', 'dotnet', 'go'].filter(target => target in targets).map(target => (target === 'dotnet' ? 'csharp' : target));
    for (const [file, html] of pages) {
      if (!file.startsWith('constructs/')) continue;
      const [, ...languages] = new Set([...html.matchAll(/role="tab" data-language="(\w+)"/g)].map(([, language]) => language));
      expect([file, languages.sort()]).toEqual([file, others.sort()]);
    }
  });

  test('has relative links only, none of which is dead, and no anchor that is not there', () => {
    const dead: string[] = [];
    for (const [file, html] of pages) {
      for (const [, link] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
        if (/^(https?|mailto|data):/.test(link)) continue;
        const [path, anchor] = link.split('#');
        const target = path === '' ? file : normalize(join(dirname(file), path)).split(sep).join('/');
        const isThere = !link.startsWith('/') && existsSync(join('site', target)) && statSync(join('site', target)).isFile();
        const hasAnchor = !anchor || (pages.get(target) ?? '').includes(`id="${decodeURIComponent(anchor)}"`);
        if (!isThere || !hasAnchor) dead.push(`${file}: ${link}`);
      }
    }
    expect(dead).toEqual([]);
  });

  test('repeats no id within a page', () => {
    const repeated = [...pages].flatMap(([file, html]) => {
      const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      return ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `${file}: ${id}`);
    });
    expect(repeated).toEqual([]);
  });

  const inBrowser = findChromium() ? describe : describe.skip;
  inBrowser('in Chromium, from the disk', () => {
    let browser: Browser;
    let page: Page;
    beforeAll(async () => { browser = await startChromium(); });
    afterAll(async () => browser.close());
    afterEach(async () => page.close());

    async function open(file: string, width: number, colorScheme: 'light' | 'dark'): Promise<string[]> {
      page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      page.on('requestfailed', request => errors.push(request.url()));
      await page.goto(pathToFileURL(join('site', file)).href);
      return errors;
    }

    test('the search finds GlobalTable', async () => {
      const errors = await open('index.html', 1280, 'light');
      await page.fill('#search input', 'GlobalTable');
      await page.waitForSelector('#results a');
      const found = await page.$$eval('#results a', links => links.map(link => link.getAttribute('href')));
      expect(found).toContain('api/GlobalTable.html');
      expect(found).toContain('constructs/global-table.html');
      expect(errors).toEqual([]);
    });

    test.each([
      [390, 'light'], [390, 'dark'], [1280, 'light'], [1280, 'dark'],
    ] as const)('no page is wider than %i pixels, in %s', async (width, colorScheme) => {
      for (const file of ['index.html', 'constructs/global-table.html', 'constructs/multi-region-api.html', 'api/GlobalTable.html', 'api/index.html', 'guides/aws.html']) {
        const errors = await open(file, width, colorScheme);
        if (file === 'index.html') await page.waitForSelector('.mermaid svg');
        expect([file, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([file, width]);
        expect(errors).toEqual([]);
        if (process.env.KEEP) {
          mkdirSync(process.env.KEEP, { recursive: true });
          await page.screenshot({ path: join(process.env.KEEP, `${file.replace(/\W/g, '-')}-${width}-${colorScheme}.png`) });
        }
        await page.close();
      }
      page = await browser.newPage();
    });
  });
});
