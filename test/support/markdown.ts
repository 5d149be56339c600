import { existsSync, readdirSync, readFileSync } from 'fs';
import { dirname, join, normalize } from 'path';

const NOT_OURS = /(^|\/)(node_modules|cdk\.out|\.rehearsal|\.git|dist|coverage|\.bundles|\.venv|test-reports)(\/|$)/;

/** The Markdown files below a folder, but for those of packages and of what is generated. */
export function markdownFiles(folder = '.'): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = normalize(join(folder, entry.name));
    if (NOT_OURS.test(path)) return [];
    return entry.isDirectory() ? markdownFiles(path) : entry.name.endsWith('.md') ? [path] : [];
  });
}

const withoutCode = (text: string) => text.replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, '').replace(/<!--[\s\S]*?-->/g, '').replace(/``[^`]+``|`[^`\n]+`/g, '`');

/** What a page links to, its pictures included. */
export function linksOf(text: string): string[] {
  const prose = withoutCode(text);
  return [
    ...prose.matchAll(/\]\(<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+"[^"]*")?\)/g),
    ...prose.matchAll(/^\[[^\]]+\]:\s*<?([^\s>]+)/gm),
    ...prose.matchAll(/<(?:a|img)\b[^>]*\b(?:href|src)="([^"]+)"/g),
  ].map(([, target]) => target);
}

/** The anchors of a page, as GitHub makes them of headings. */
export function anchorsOf(text: string): Set<string> {
  const outsideOfBlocks = text.replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, '');
  const anchors = new Set<string>([...outsideOfBlocks.matchAll(/<a\b[^>]*\b(?:name|id)="([^"]+)"/g)].map(([, name]) => name));
  for (const [, heading] of outsideOfBlocks.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '').trim();
    const slug = words.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replace(/ /g, '-');
    let anchor = slug;
    for (let number = 1; anchors.has(anchor); number++) anchor = `${slug}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

const REPOSITORY = 'https://github.com/cdk-multi-region/cdk-multi-region';
const SITE = 'https://cdk-multi-region.github.io/cdk-multi-region/';

/** The file of this repository that an absolute URL shows; nothing if it is of another one, or of what GitHub makes itself. */
export function fileOfUrl(url: string): string | undefined {
  const file = url.match(`^(?:${REPOSITORY}/(?:blob|tree|raw)|${REPOSITORY.replace('github.com', 'raw.githubusercontent.com')})/main/([^#?]+)`)?.[1];
  const workflow = url.match(`^${REPOSITORY}/actions/workflows/([^/#?]+)`)?.[1];
  const page = url.startsWith(SITE) ? url.slice(SITE.length).replace(/[#?].*$/, '').replace(/(\/|\.html)$/, '') : undefined;
  if (workflow) return `.github/workflows/${workflow}`;
  if (page !== undefined) return page === '' ? 'README.md' : markdownFiles('docs').find(path => path.toLowerCase() === `docs/${page}.md`.toLowerCase()) ?? `docs/${page}.md`;
  return file;
}

export interface Page {
  readonly path: string;
  readonly text: string;
}

const pageAnchors = new Map<string, Set<string>>();

/** What is wrong with the links of a page to files of this repository and their anchors. */
export function brokenLinks({ path, text }: Page): string[] {
  return linksOf(text).flatMap(target => {
    const isAbsolute = /^[a-z][a-z+.-]*:/i.test(target);
    const [relative, anchor] = target.split('#');
    const file = isAbsolute ? fileOfUrl(target) : relative === '' ? path : normalize(join(dirname(path), decodeURIComponent(relative)));
    if (file === undefined) return [];
    if (file !== path && !existsSync(file)) return [`${path}: ${target} is not there`];
    if (!anchor || !file.endsWith('.md')) return [];
    if (file !== path && !pageAnchors.has(file)) pageAnchors.set(file, anchorsOf(readFileSync(file, 'utf8')));
    const anchors = file === path ? anchorsOf(text) : pageAnchors.get(file)!;
    return anchors.has(decodeURIComponent(anchor)) ? [] : [`${path}: ${target} has no such heading`];
  });
}

/** Links of a page that only work beside the files of the repository: those of the README are read in the package and on npm's page, which have none but a few. */
export function linksToWhatIsNotPacked({ path, text }: Page, packed: string[]): string[] {
  return linksOf(text).filter(target => !/^(https:|#)/.test(target) && !packed.includes(target.split('#')[0])).map(target => `${path}: ${target} is not in the package`);
}
