import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/repository.js';
import { searchEntries, sitePages } from './lib/pages.js';

export default async function (config) {
  const { pages, assets } = await sitePages();
  mkdirSync(join(ROOT, 'site'), { recursive: true });
  config.addGlobalData('pages', pages);
  config.addFilter('json', value => JSON.stringify(value));
  config.addGlobalData('entries', searchEntries(pages));
  config.addPassthroughCopy({ 'assets': 'assets' });
  config.addPassthroughCopy({ 'node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js': 'assets/mermaid.js' });
  config.addPassthroughCopy({ 'node_modules/minisearch/dist/umd/index.js': 'assets/minisearch.js' });
  config.addPassthroughCopy({ 'node_modules/minisearch/LICENSE.txt': 'assets/minisearch.LICENSE.txt', 'node_modules/@mermaid-js/tiny/LICENSE': 'assets/mermaid.LICENSE.txt' });
  for (const asset of assets) config.addPassthroughCopy({ [join('..', asset)]: `assets/${asset.split('/').pop()}` });
  return { dir: { input: 'content', includes: '../layouts', output: '../site' }, htmlTemplateEngine: 'njk' };
}
