import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import * as ts from 'typescript';

/** The props of each data interface that the package exports, by its name; those of an interface that it extends are there by that one's name. */
export function publicInterfaces(file = 'src/index.ts'): Record<string, string[]> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const { statements } = source;
  const own = statements.filter(ts.isInterfaceDeclaration)
    .filter(({ modifiers, name }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) && !/^I[A-Z]/.test(name.text));
  const isInternal = (node: ts.InterfaceDeclaration) => source.text.slice(node.pos, node.getStart(source)).includes('@internal');
  return Object.assign({}, ...statements.filter(ts.isExportDeclaration).map(({ moduleSpecifier }) => publicInterfaces(resolve(file, (moduleSpecifier as ts.StringLiteral).text))),
    Object.fromEntries(own.filter(node => !isInternal(node)).map(({ name, members }) => [name.text, members.map(member => (member.name as ts.Identifier).text)])));
}

function resolve(from: string, specifier: string): string {
  const base = join(dirname(from), specifier);
  return [`${base}.ts`, join(base, 'index.ts')].find(file => ts.sys.fileExists(file))!;
}
