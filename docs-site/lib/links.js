import { posix } from 'node:path';
import { addressOf, GITHUB, isFile, SOURCES } from './repository.js';

const pages = new Map(Object.values(SOURCES).flat().map(path => [path, addressOf(path)]));

/** The way from one page of the site to another, so that the site works in any folder and from a disk. */
export const relativeTo = (from, to) => posix.relative(posix.dirname(from), to) || posix.basename(to);

/**
 * Where a link of a Markdown file leads in the site: to the page of the file that it names; for other files, to the repository.
 * `assets` collects images to copy. Throws if the file does not exist.
 */
export function resolveLink(href, source, assets) {
  if (/^[a-z]+:/.test(href) || href.startsWith('#')) return href;
  const [path, anchor] = href.split('#');
  const file = posix.normalize(posix.join(posix.dirname(source), path)).replace(/\/$/, '');
  const suffix = anchor ? `#${anchor}` : '';
  const from = addressOf(source);
  if (file === 'API.md') return relativeTo(from, 'api/index.html');
  if (pages.has(file)) return `${relativeTo(from, pages.get(file))}${suffix}`;
  if (!isFile(file)) throw new Error(`${source}: ${href} is not in the repository`);
  if (/\.(png|svg|jpg)$/.test(file)) {
    assets.add(file);
    return relativeTo(from, `assets/${posix.basename(file)}`);
  }
  return `${GITHUB}/blob/main/${file}${suffix}`;
}
