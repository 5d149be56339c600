import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import * as ts from 'typescript';

export type PublicDeclaration = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.EnumDeclaration;

/** Returns the declarations that a module exports, and those that it re-exports from others. */
export function publicDeclarations(file = 'src/index.ts'): PublicDeclaration[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const own = source.statements.filter(isDeclaration)
    .filter(node => hasModifier(node, ts.SyntaxKind.ExportKeyword) && !isInternal(node));
  const others = source.statements.filter(ts.isExportDeclaration).flatMap(({ moduleSpecifier, exportClause }) => {
    const names = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : undefined;
    return publicDeclarations(resolve(file, (moduleSpecifier as ts.StringLiteral).text)).filter(({ name }) => names?.includes(name!.text) ?? true);
  });
  return [...own, ...others];
}

/**
 * Returns the props of each data interface that the package exports, by its name; those of an interface that it extends are there by that one's name, unless the package does not export it.
 */
export function publicInterfaces(): Record<string, string[]> {
  const declarations = publicDeclarations();
  const membersOf = (node: PublicDeclaration) => [node, ...hiddenBases(node, declarations)].flatMap(({ members }) => [...members]);
  return Object.fromEntries(declarations.filter(ts.isInterfaceDeclaration).filter(({ name }) => !/^I[A-Z]/.test(name.text))
    .map(node => [node.name.text, membersOf(node).map(member => (member.name as ts.Identifier).text)]));
}

/** Returns all declarations whose members are public: those that the package exports, and the bases of those. */
export function declarationsOfMembers(): PublicDeclaration[] {
  const declarations = publicDeclarations();
  return declarations.flatMap(node => [node, ...hiddenBases(node, declarations)]);
}

/** Returns the bases of a declaration that the package does not export, and theirs. jsii makes their members members of the declaration. */
function hiddenBases(node: PublicDeclaration, exported: readonly PublicDeclaration[]): PublicDeclaration[] {
  if (ts.isEnumDeclaration(node)) return [];
  const source = node.getSourceFile();
  const names = (node.heritageClauses ?? []).flatMap(({ types }) => types.map(({ expression }) => expression.getText()));
  const imports = source.statements.filter(ts.isImportDeclaration).map(({ importClause, moduleSpecifier }) => (
    { names: importedNames(importClause), from: (moduleSpecifier as ts.StringLiteral).text }
  ));
  return names.filter(name => !exported.some(other => other.name?.text === name)).flatMap(name => {
    const from = imports.find(each => each.names.includes(name) && each.from.startsWith('.'))?.from;
    const file = from === undefined ? source.fileName : resolve(source.fileName, from);
    const base = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true).statements.filter(isDeclaration).find(other => other.name?.text === name);
    return base ? [base, ...hiddenBases(base, exported)] : [];
  });
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  const bindings = clause?.namedBindings;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
}

function isDeclaration(node: ts.Node): node is PublicDeclaration {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isEnumDeclaration(node);
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(modifier => modifier.kind === kind);
}

/** Returns whether a comment says that it is internal, as jsii understands it. */
export function isInternal(node: ts.Node): boolean {
  return node.getFullText().slice(0, node.getLeadingTriviaWidth()).includes('@internal');
}

function resolve(from: string, specifier: string): string {
  const base = join(dirname(from), specifier);
  return [`${base}.ts`, join(base, 'index.ts')].find(file => ts.sys.fileExists(file))!;
}
