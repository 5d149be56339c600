import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const GITHUB = 'https://github.com/cdk-multi-region/cdk-multi-region';

export const read = path => readFileSync(join(ROOT, path), 'utf8');
export const isFile = path => existsSync(join(ROOT, path));

/** The Markdown files in a folder, without those in folders below it. */
const pagesIn = folder => (isFile(folder) ? readdirSync(join(ROOT, folder)).filter(file => file.endsWith('.md')).sort().map(file => posix.join(folder, file)) : []);

/** The `adr` files below a folder. */
function decisionsIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && /^adr.*\.md$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)).split('\\').join('/'))
    .sort();
}

/** In the order in which one meets them. */
const CONSTRUCTS = ['multi-region-system', 'multi-region-function', 'global-table', 'global-event-bus', 'multi-region-queue', 'dead-letters', 'replicated-workflow', 'multi-region-api', 'multi-region-pipeline', 'observability', 'alarm-chat', 'compliance-report'];
const rank = path => (CONSTRUCTS.findIndex(name => path.endsWith(`/${name}.md`)) + CONSTRUCTS.length + 1) % (CONSTRUCTS.length + 1);

/** All pages that are written by hand, by the section of the site that they are in. */
export const SOURCES = {
  'Start': ['README.md', 'example-app/README.md', 'example-app/PIPELINE.md'].filter(isFile),
  'Constructs': pagesIn('docs/constructs').sort((a, b) => rank(a) - rank(b)),
  'Adopt it': [...(isFile('docs/ADOPTING.md') ? ['docs/ADOPTING.md'] : []), ...pagesIn('docs/adopting')],
  'Guides': pagesIn('docs').filter(path => path !== 'docs/ADOPTING.md'),
  'Decisions': [...['src', 'cli'].flatMap(decisionsIn), 'docs-site/adr.md'],
};

/** Where the page of a file of the repository is in the site. */
export function addressOf(path) {
  if (path === 'README.md') return 'index.html';
  if (/(^|\/)adr.*\.md$/.test(path)) return `decisions/${path.replace(/\/adr\.md$/, '').replace(/\/(adr-.*)\.md$/, '/$1').replace(/\//g, '-')}.html`;
  return path.replace(/^docs\//, path.startsWith('docs/constructs/') || path.startsWith('docs/adopting/') ? '' : 'guides/').replace(/README\.md$/, 'index.html').replace(/\.md$/, '.html').toLowerCase();
}
