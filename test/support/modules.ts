import { readdirSync, readFileSync } from 'fs';
import { dirname, join, normalize, sep } from 'path';
import * as ts from 'typescript';

/** A source file, and the files of the same tree that it names, in whatever way, type-only imports included. */
export interface Module {
  readonly text: string;
  /** The files that it imports from, and does not re-export. */
  readonly imports: string[];
  /** The files that it re-exports from. */
  readonly reexports: string[];
}

/** The modules of a tree of sources, by their path in it. */
export type Modules = Map<string, Module>;

/** Reads all TypeScript files under a folder. */
export function readSources(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  return Object.fromEntries(files.sort().map(file => [file.split(sep).join('/'), readFileSync(join(folder, file), 'utf8')]));
}

/** Parses sources by their path. An import of something that is not among them throws. */
export function parseModules(sources: Record<string, string>): Modules {
  return new Map(Object.entries(sources).map(([file, text]) => {
    const imports = new Set<string>();
    const reexports = new Set<string>();
    const visit = (node: ts.Node): void => {
      const specifier = specifierOf(node);
      if (specifier?.startsWith('.')) (ts.isExportDeclaration(node) ? reexports : imports).add(resolve(file, specifier, sources));
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
    return [file, { text, imports: [...imports], reexports: [...reexports] }];
  }));
}

/**
 * Returns the module that a node names: in an import, a re-export, `import x = require('…')`, `import('…')` as a type or a call, or `require('…')`.
 */
function specifierOf(node: ts.Node): string | undefined {
  const named = ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier
    : ts.isExternalModuleReference(node) ? node.expression
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) ? node.argument.literal
        : ts.isCallExpression(node) && isImport(node.expression) ? node.arguments[0]
          : undefined;
  return named && ts.isStringLiteral(named) ? named.text : undefined;
}

function isImport(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
}

function resolve(file: string, specifier: string, sources: Record<string, string>): string {
  const path = normalize(join(dirname(file), specifier)).split(sep).join('/').replace(/\/$/, '');
  const found = [`${path}.ts`, path === '.' ? 'index.ts' : `${path}/index.ts`].find(candidate => candidate in sources);
  if (!found) throw new Error(`${file}: "${specifier}" is not a source file`);
  return found;
}

/** Returns the shortest circle through each module that is part of one; circles of the same modules only once. */
export function circles(modules: Modules): string[] {
  const found = new Map<string, string>();
  for (const start of modules.keys()) {
    const circle = shortestCircle(start, modules);
    if (circle) found.set([...circle].sort().join(), found.get([...circle].sort().join()) ?? [...circle, start].join(' -> '));
  }
  return [...found.values()];
}

function shortestCircle(start: string, modules: Modules): string[] | undefined {
  const pathTo = new Map([[start, [start]]]);
  for (const [file, path] of pathTo) { // a Map's iteration includes what is added meanwhile: breadth first
    const { imports, reexports } = modules.get(file)!;
    for (const next of [...imports, ...reexports]) {
      if (next === start) return path;
      if (!pathTo.has(next)) pathTo.set(next, [...path, next]);
    }
  }
  return undefined;
}
