/** The words of doc comments, docs and messages. */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';
import { docComments, paragraphs, Prose, publicComments, strings } from './support/prose';
import { publicDeclarations } from './support/public-interfaces';

/** A summary begins with the noun of a property or class, or with the verb of a method in the third person. */
const QUESTION = /^(What|Who|Whom|Whose|How|Where|Which|When|Why|Whether)\b/;

/** The first word of a method's summary: a verb in the third person. */
const VERB = /^[A-Z][a-z]+s\b/;

/** The most summaries, of all, that may begin with a question. */
const MOST = 0.02;

/** The words that prose must not contain, each with those that say it better. */
const WORDS: readonly (readonly [words: RegExp, better: string])[] = [
  [/\blest\b/i, 'so that ... not'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bgo(es)? off\b/i, 'is in ALARM'],
  [/\bas you say\b/i, 'as configured'],
  [/\bbe (they|he|she)\b/i, 'whether they are'],
  [/\bits share\b/i, 'its part'],
  [/\buntold\b/i, 'not delivered'],
  [/\b(tells?|told|telling) of\b/i, 'reports'],
  [/\btells (so|that)\b/i, 'reports'],
  [/\b(is|are|was|were|be|been) told\b(?! (apart|from))/i, 'is reported, or gets'],
  [/\b(is|are|was|were|be|stays?|turns?|turned) (red|green)\b(?! lines?)|\b(red|green) alarms?\b|\balarms? (red|green)\b/i, 'ALARM, or OK'],
];

const FOLDERS = ['src', 'cli', 'projenrc', 'example-app', 'test/support'];
const isOurs = (file: string) => !/(^|\/)(node_modules|cdk\.out|\.rehearsal)\//.test(file) && !file.endsWith('.d.ts');

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)).filter(file => file.endsWith(ending) && isOurs(file)).sort();
}

const parse = (file: string, text = readFileSync(file, 'utf8')) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

function questionsIn(file: string, comments: readonly Prose[]): string[] {
  return comments.filter(({ text }) => QUESTION.test(text)).map(({ line, text }) => `${file}:${line}: ${text.split('\n')[0]}`);
}

function publicMethods(declaration: ts.Node): (Prose & { readonly file: string })[] {
  const members: ts.Node[] = ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration) ? [...declaration.members] : [];
  const file = declaration.getSourceFile().fileName;
  const methods = members.filter(node => ts.isMethodDeclaration(node) || ts.isMethodSignature(node));
  return methods.flatMap(publicComments).map(comment => ({ file, ...comment }));
}

function faultsIn(file: string, prose: readonly Prose[]): string[] {
  return prose.flatMap(({ line, text }) => WORDS.flatMap(([words, better]) => {
    const found = words.exec(text.replace(/\s+/g, ' '));
    return found ? [`${file}:${line}: "${found[0]}"; better: ${better}`] : [];
  }));
}

describe('summaries', () => {
  const sources = FOLDERS.flatMap(folder => filesUnder(folder, '.ts')).map(file => parse(file));

  test('of the public API never begin with a question', () => {
    const declarations = publicDeclarations();
    expect(declarations.length).toBeGreaterThan(80);
    expect(declarations.flatMap(node => questionsIn(node.getSourceFile().fileName, publicComments(node)))).toEqual([]);
  });

  test('of the methods of the public API begin with a verb', () => {
    const methods = publicDeclarations().flatMap(publicMethods);
    expect(methods.length).toBeGreaterThan(100);
    expect(methods.flatMap(({ file, line, text }) => (VERB.test(text) ? [] : [`${file}:${line}: ${text.split('\n')[0]}`]))).toEqual([]);
  });

  test('hardly ever begin with a question', () => {
    const all = sources.flatMap(docComments).length;
    const questions = sources.flatMap(source => questionsIn(source.fileName, docComments(source)));
    expect(all).toBeGreaterThan(2000);
    expect(questions.slice(0, questions.length < all * MOST ? 0 : undefined)).toEqual([]);
  });

  test('and all other sentences are made of plain words', () => {
    expect(sources.flatMap(source => faultsIn(source.fileName, docComments(source)))).toEqual([]);
  });
});

test('messages are made of plain words', () => {
  expect(filesUnder('src', '.ts').flatMap(file => faultsIn(file, strings(parse(file))))).toEqual([]);
});

test('pages are made of plain words', () => {
  const pages = ['README.md', ...['docs', 'src', 'cli', 'example-app'].flatMap(folder => filesUnder(folder, '.md'))];
  expect(pages.flatMap(file => faultsIn(file, paragraphs(readFileSync(file, 'utf8'))))).toEqual([]);
});

describe('the checks of this file', () => {
  const source = parse('one.ts', [
    '/** What a region has. */',
    'export class Region {',
    '  /** Who asks. */ public readonly asker = \'it is told\';',
    '  /** Why not. */ private readonly reason = `${1} lest ${2}`;',
    '  /** When it was. @internal */ public readonly _time = \'/** How *\\/\';',
    '  /** Returns what a region has, whoever asks. */ public get all() { return 1; }',
    '}',
  ].join('\n'));

  test('find summaries that begin with a question, each once', () => {
    const usable = ['one.ts:1: What a region has.', 'one.ts:3: Who asks.'];
    expect(questionsIn('one.ts', docComments(source))).toEqual([...usable, 'one.ts:4: Why not.', 'one.ts:5: When it was. @internal']);
    expect(questionsIn('one.ts', publicComments(source.statements[0]))).toEqual(usable);
  });

  test('find words in strings and templates', () => {
    expect(faultsIn('one.ts', strings(source))).toEqual(['one.ts:3: "is told"; better: is reported, or gets', 'one.ts:4: "lest"; better: so that ... not']);
  });

  test('find words in pages, and none in code', () => {
    expect(faultsIn('a.md', paragraphs('Mend it.\n```\nmend\n```\n`mend`\n\n- lest\n'))).toEqual(['a.md:1: "Mend"; better: fix', 'a.md:7: "lest"; better: so that ... not']);
  });

  test.each([
    'lest it fails', 'mend the cause', 'the alarm goes off', 'as you say', 'two runs, be they late', 'its share', 'an untold queue', 'it tells of a loss',
    'an alarm tells so', 'CloudFormation is told', 'wait until the alarm is green', 'while a red alarm lasts', 'what turns an alarm red',
  ])('find fault with "%s"', text => {
    expect(faultsIn('a.md', [{ line: 1, text }])).toHaveLength(1);
  });

  test.each([
    'to tell them apart', 'nobody can tell', 'red lines are thresholds', 'their thresholds are red lines', 'a recommendation', 'the rest', 'it may be that they share', 'deployed blue/green', 'a message can be told from an event',
  ])('find no fault with "%s"', text => {
    expect(faultsIn('a.md', [{ line: 1, text }])).toEqual([]);
  });
});
