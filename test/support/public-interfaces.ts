import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import * as ts from 'typescript';

/** The props of each data interface that the package exports, by its name; those of an interface that it extends are there by that one's name. */
export function publicInterfaces(file = 'src/index.ts'): Record<string, string[]> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const isInternal = (node: ts.InterfaceDeclaration) => source.text.slice(node.pos, node.getStart(source)).includes('@internal');
  const own = source.statements.filter(ts.isInterfaceDeclaration)
    .filter(node => node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) && !/^I[A-Z]/.test(node.name.text) && !isInternal(node))
    .map(({ name, members }): [string, string[]] => [name.text, members.map(member => (member.name as ts.Identifier).text)]);
  const others = source.statements.filter(ts.isExportDeclaration).flatMap(({ moduleSpecifier, exportClause }) => {
    const all = Object.entries(publicInterfaces(resolve(file, (moduleSpecifier as ts.StringLiteral).text)));
    const names = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : undefined;
    return all.filter(([name]) => names?.includes(name) ?? true);
  });
  return Object.fromEntries([...own, ...others]);
}

function resolve(from: string, specifier: string): string {
  const base = join(dirname(from), specifier);
  return [`${base}.ts`, join(base, 'index.ts')].find(file => ts.sys.fileExists(file))!;
}
