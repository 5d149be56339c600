/** Where the pages of this repository lead, and the docstrings of the library. */
import { readdirSync, readFileSync } from 'fs';
import { anchorsOf, brokenLinks, fileOfUrl, linksOf, linksToWhatIsNotPacked, markdownFiles, Page } from '../support/markdown';
import { readSources } from '../support/modules';

// of what the README may link to by path; test/package.test.ts has all
const PACKED = ['LICENSE', 'THIRD-PARTY-NOTICES'];

const page = (path: string) => ({ path, text: readFileSync(path, 'utf8') });

test('Every link to a file of the repository, or to a heading, leads there', () => {
  const files = markdownFiles().filter(path => path !== 'CHANGELOG.md');
  expect(files).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/COMPATIBILITY.md', 'example-app/README.md', 'src/system/adr.md', '.github/pull_request_template.md']));
  expect(files.flatMap(path => brokenLinks(page(path)))).toEqual([]);
});

test('The README leads to what its readers have: URLs, and files of the package', () => {
  expect(linksToWhatIsNotPacked(page('README.md'), PACKED)).toEqual([]);
  expect(linksOf(page('README.md').text).filter(target => fileOfUrl(target)).length).toBeGreaterThan(10);
});

/** Pages that a docstring or a message names by their path, which users of the package do not have. */
function pagesByPath({ path, text }: Page): string[] {
  return [...text.matchAll(/(?<![\w/.-])(?:docs|example-app)\/[\w/-]+\.md\b/g)].map(([name]) => `${path}: ${name} is not in the package`);
}

/** The URLs in a source file, as links of a page. */
const urlsIn = ({ path, text }: Page): Page => ({ path, text: [...text.matchAll(/https:\/\/[^\s'"`)]+/g)].map(([url]) => `[a](${url})`).join('\n') });

test('The library leads its users to URLs, each of which is there if it is of this repository', () => {
  const sources = Object.entries(readSources('src')).map(([path, text]) => ({ path, text }));
  expect(sources.flatMap(pagesByPath)).toEqual([]);
  expect(sources.flatMap(source => linksOf(urlsIn(source).text)).filter(fileOfUrl).length).toBeGreaterThan(4);
  expect(sources.flatMap(source => brokenLinks(urlsIn(source)))).toEqual([]);
});

test('The docstring of a construct leads to the page of it', () => {
  const text = Object.values(readSources('src')).join('\n');
  const pages = readdirSync('docs/constructs').map(file => `docs/constructs/${file}`);
  expect(pages.filter(path => !text.includes(`blob/main/${path})`))).toEqual([]);
});

describe('The checks of this file', () => {
  const text = [
    '# The `first` heading: yes!', '## Twice', '## Twice', '### A [link](b.md) in_it', '<a name="own"></a>',
    '[a](docs/AWS.md) ![b](c.png "title") [d](<e.md>) [f](g(h).md)', '[i]: j.md', '<img src="k.png">', '`[no](no.md)` <!-- [no](no.md) -->', '```', '[no](no.md)', '# no', '```',
  ].join('\n');

  test('find links, and none in code', () => {
    expect(linksOf(text)).toEqual(['b.md', 'docs/AWS.md', 'c.png', 'e.md', 'g(h).md', 'j.md', 'k.png']);
  });

  test('make anchors as GitHub does', () => {
    expect([...anchorsOf(text)]).toEqual(['own', 'the-first-heading-yes', 'twice', 'twice-1', 'a-link-in_it']);
  });

  test.each([
    ['[a](AWS.md)', []],
    ['[a](NOWHERE.md)', ['docs/x.md: NOWHERE.md is not there']],
    ['[a](#here)', ['docs/x.md: #here has no such heading']],
    ['# Here\n[a](#here)', []],
    ['[a](../README.md#nothing-of-the-kind)', ['docs/x.md: ../README.md#nothing-of-the-kind has no such heading']],
    ['[a](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/NO.md)', ['docs/x.md: https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/NO.md is not there']],
    ['[a](https://raw.githubusercontent.com/cdk-multi-region/cdk-multi-region/main/docs/no.png)', ['docs/x.md: https://raw.githubusercontent.com/cdk-multi-region/cdk-multi-region/main/docs/no.png is not there']],
    ['[a](https://github.com/cdk-multi-region/cdk-multi-region/actions/workflows/no.yml)', ['docs/x.md: https://github.com/cdk-multi-region/cdk-multi-region/actions/workflows/no.yml is not there']],
    ['[a](https://cdk-multi-region.github.io/cdk-multi-region/no/)', ['docs/x.md: https://cdk-multi-region.github.io/cdk-multi-region/no/ is not there']],
    ['[a](https://cdk-multi-region.github.io/cdk-multi-region/aws/) [b](https://cdk-multi-region.github.io/cdk-multi-region/)', []],
    ['[a](https://docs.aws.amazon.com/no.html#no)', []],
  ])('say of %j: %j', (markdown, expected) => {
    expect(brokenLinks({ path: 'docs/x.md', text: markdown })).toEqual(expected);
  });

  test('find pages that a source file names by their path, and URLs that lead nowhere', () => {
    const url = 'https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/';
    expect(pagesByPath({ path: 'a.ts', text: `see docs/AWS.md, (docs/adopting/data.md) and ${url}LIFE.md` })).toEqual(['a.ts: docs/AWS.md is not in the package', 'a.ts: docs/adopting/data.md is not in the package']);
    expect(brokenLinks(urlsIn({ path: 'a.ts', text: ` * @see ${url}NO.md\n * @see ${url}LIFE.md#leave\n * @see ${url}LIFE.md#no` })))
      .toEqual([`a.ts: ${url}NO.md is not there`, `a.ts: ${url}LIFE.md#no has no such heading`]);
  });

  test('find what the package lacks', () => {
    const readme = { path: 'README.md', text: '[a](docs/AWS.md) [b](LICENSE) [c](#d) [e](https://example.com)' };
    expect(linksToWhatIsNotPacked(readme, PACKED)).toEqual(['README.md: docs/AWS.md is not in the package']);
  });
});
