/** The words of doc comments, docs and messages. */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';
import { docComments, isFunction, paragraphs, Prose, publicComments, strings } from './support/prose';
import { declarationsOfMembers } from './support/public-interfaces';

/** A summary begins with the noun of a property or class, or with the verb of a method in the third person. */
const QUESTION = /^(What|Who|Whom|Whose|How|Where|Which|When|Why|Whether)\b/;

/** The first word of a method's summary: a verb in the third person. */
const VERB = /^[A-Z][a-z]+s\b/;

/** The most summaries, of all, that may begin otherwise: with a question, or without a verb. */
const MOST = { QUESTIONS: 0.02, WITHOUT_VERB: 0.05 };

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

const shown = (file: string, { line, text }: Prose): string => `${file}:${line}: ${text.split('\n')[0]}`;

function questionsIn(file: string, comments: readonly Prose[]): string[] {
  return comments.filter(({ text }) => QUESTION.test(text)).map(comment => shown(file, comment));
}

function withoutVerb(file: string, comments: readonly Prose[]): string[] {
  return comments.filter(({ text }) => !VERB.test(text)).map(comment => shown(file, comment));
}

/** Returns the faults if there are more of them than a share of all. */
function tooMany(faults: string[], all: number, most: number): string[] {
  return faults.length < all * most ? [] : faults;
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
    const declarations = declarationsOfMembers();
    expect(declarations.length).toBeGreaterThan(80);
    expect(declarations.flatMap(node => questionsIn(node.getSourceFile().fileName, publicComments(node)))).toEqual([]);
  });

  test('of the methods of the public API begin with a verb', () => {
    const membersOf = (node: ts.Node): readonly ts.Node[] => (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) ? node.members : []);
    const methods = declarationsOfMembers().flatMap(membersOf).filter(isFunction);
    expect(methods.length).toBeGreaterThan(100);
    expect(methods.flatMap(node => withoutVerb(node.getSourceFile().fileName, publicComments(node)))).toEqual([]);
  });

  test('of functions hardly ever begin without a verb', () => {
    const all = sources.flatMap(source => docComments(source, isFunction)).length;
    expect(all).toBeGreaterThan(1000);
    expect(tooMany(sources.flatMap(source => withoutVerb(source.fileName, docComments(source, isFunction))), all, MOST.WITHOUT_VERB)).toEqual([]);
  });

  test('hardly ever begin with a question', () => {
    const all = sources.flatMap(source => docComments(source)).length;
    expect(all).toBeGreaterThan(2000);
    expect(tooMany(sources.flatMap(source => questionsIn(source.fileName, docComments(source))), all, MOST.QUESTIONS)).toEqual([]);
  });

  test('and all other sentences are made of plain words', () => {
    expect(sources.flatMap(source => faultsIn(source.fileName, docComments(source)))).toEqual([]);
  });
});

test('messages are made of plain words', () => {
  const files = ['src', 'cli', 'projenrc', 'example-app'].flatMap(folder => filesUnder(folder, '.ts'));
  expect(files.flatMap(file => faultsIn(file, strings(parse(file))))).toEqual([]);
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

  test('find summaries of functions without a verb', () => {
    const functions = parse('two.ts', '/** The text. */ function a() {} /** Returns it. */ function b() {} /** The value. */ const c = 1;');
    expect(withoutVerb('two.ts', docComments(functions, isFunction))).toEqual(['two.ts:1: The text.']);
  });

  test('let pass a few faults, and then none', () => {
    expect(tooMany(['one'], 51, MOST.QUESTIONS)).toEqual([]);
    expect(tooMany(['one'], 50, MOST.QUESTIONS)).toEqual(['one']);
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
