import { API_GROUPS, API_TYPES, apiIndex, apiPage, typeAddress } from './api.js';
import { relativeTo, resolveLink } from './links.js';
import { render } from './markdown.js';
import { addressOf, read, SOURCES } from './repository.js';
import { translate } from './translations.js';

/** A page shows nothing that another host serves: it opens from the disk as well. */
const withoutBadges = text => text.replace(/^\[!\[.*\n/gm, '');

const SNIPPET = /^```ts\n(.*?)^```$/gms;

/** All pages of the site, and the images that they show. */
export async function sitePages() {
  const assets = new Set();
  const sources = Object.entries(SOURCES).flatMap(([section, paths]) => paths.map(path => ({ section, path, text: withoutBadges(read(path)) })));
  const snippets = sources.flatMap(({ text }) => [...text.matchAll(SNIPPET)].map(([, code]) => code).filter(code => code.includes('import ')));
  const translated = await translate(snippets);
  const written = sources.map(({ section, path, text }) => {
    const address = addressOf(path);
    const { html, headings } = render(text, {
      link: href => resolveLink(href, path, assets),
      typeLink: name => { const to = typeAddress(name, 'api/'); return to && relativeTo(address, to); },
      translations: code => translated.get(code.trimEnd()) ?? {},
    });
    return { section, path, address, title: (headings.find(({ level }) => level === 1) ?? headings[0])?.title ?? path, html, headings, text: sections(text) };
  });
  const api = [
    { section: 'API', address: 'api/index.html', ...apiIndex() },
    ...API_TYPES.map(type => ({ section: 'API', address: `api/${type.name}.html`, ...apiPage(type) })),
  ];
  return { pages: [...written, ...api].map(page => ({ ...page, menu: menu(written, page.address), root: relativeTo(page.address, 'x').slice(0, -1) })), assets: [...assets] };
}

/** The text below each heading of a page, without code. */
function sections(text) {
  return text.replace(/```.*?```/gs, '').split(/^#+ .*$/m).slice(1).map(part => part.replace(/[|`*#>[\]]|\(http[^)]*\)|<!--.*?-->/g, ' ').replace(/\s+/g, ' ').trim());
}

/** The menu as one page sees it. */
function menu(written, address) {
  const item = ({ title, address: to }) => ({ title, href: relativeTo(address, to), isCurrent: to === address });
  const named = Object.keys(SOURCES).map(section => ({ title: section, items: written.filter(page => page.section === section).map(page => item({ ...page, title: shortTitle(page) })) }))
    .filter(({ items }) => items.length > 0);
  const constructs = API_GROUPS.flatMap(({ types }) => types.filter(({ base }) => base === 'constructs.Construct'));
  const api = { title: 'API', items: [{ title: 'All types', address: 'api/index.html' }, ...constructs.map(({ name }) => ({ title: name, address: `api/${name}.html` }))].map(item) };
  const groups = [...named.slice(0, -1), api, named.at(-1)];
  return groups.map(group => ({ ...group, isOpen: group.items.some(({ isCurrent }) => isCurrent) || ['Start', 'Constructs'].includes(group.title) }));
}

/** The title of a page in the menu. */
function shortTitle({ title, address, section, path }) {
  if (address === 'index.html') return 'Overview';
  if (section === 'Decisions') return title.replace(/^(Decisions|Choices in)[: ]*/, '').replace(/^./, first => first.toUpperCase()) || path.split('/').at(-2).replace(/^./, first => first.toUpperCase());
  return title.replace(/:.*/, '');
}

/** What the search looks through: a heading of a page, what is below it, and where it is. */
export function searchEntries(pages) {
  return pages.flatMap(({ title, address, section, headings, text = [] }) => headings.map((heading, i) => ({
    id: `${address}#${heading.id}`,
    address: heading.level === 1 || heading.id === '' ? address : `${address}#${heading.id}`,
    title: heading.title,
    page: heading.level === 1 || heading.title === title ? section : title,
    text: (heading.text ?? text[i] ?? '').slice(0, 600),
  })));
}
