import * as ts from 'typescript';

/** A piece of prose, and the line on which it begins. */
export interface Prose {
  readonly line: number;
  readonly text: string;
}

/** Returns the doc comments of a source, without their stars: of all its nodes, or of some. */
export function docComments(source: ts.SourceFile, isWanted: (node: ts.Node) => boolean = () => true): Prose[] {
  const comments = new Map<number, Prose>();
  const visit = (node: ts.Node): void => {
    for (const doc of isWanted(node) ? docsOf(node) : []) comments.set(doc.pos, proseOf(source, doc));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...comments.values()];
}

/** Returns the doc comments of a declaration and of those of its members that others may use. */
export function publicComments(declaration: ts.Node): Prose[] {
  const source = declaration.getSourceFile();
  const hasMembers = ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration) || ts.isEnumDeclaration(declaration);
  return [declaration, ...hasMembers ? declaration.members : []].filter(node => !isHidden(node)).flatMap(docsOf).map(doc => proseOf(source, doc));
}

/** Returns the texts in the strings of a source. */
export function strings(source: ts.SourceFile): Prose[] {
  const found: Prose[] = [];
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    if (isText) found.push({ line: lineOf(source, node.getStart()), text: node.text });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Returns the paragraphs of a page, without code. */
export function paragraphs(markdown: string): Prose[] {
  const lines = markdown.replace(/^( *)```[^]*?^\1```/gm, blankLines).replace(/`[^`\n]+`/g, '`…`').split('\n');
  return lines.map((text, i) => ({ line: i + 1, text })).filter(({ text }) => text.trim() !== '');
}

/** Returns whether a node is a function or a method. */
export const isFunction = (node: ts.Node): boolean => ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isMethodSignature(node);

const blankLines = (text: string): string => text.replace(/[^\n]/g, '');

const docsOf = (node: ts.Node): ts.JSDoc[] => ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);

const lineOf = (source: ts.SourceFile, position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;

function proseOf(source: ts.SourceFile, doc: ts.JSDoc): Prose {
  const text = source.text.slice(doc.pos, doc.end).replace(/^\/\*\*|\*\/$/g, '').replace(/^[ \t]*\*[ \t]?/gm, '').trim();
  return { line: lineOf(source, doc.pos), text };
}

function isHidden(node: ts.Node): boolean {
  const name = (node as ts.NamedDeclaration).name;
  const isPrivate = ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
  return isPrivate === true || (name !== undefined && ts.isIdentifier(name) && name.text.startsWith('_'));
}
