import { readFileSync } from 'fs';

/** A TypeScript file that a page prints. */
export interface PrintedFile {
  /** The name in its first line, or one by its place in the page. */
  readonly name: string;
  readonly code: string;
}

/**
 * Returns the TypeScript files that a page prints. The blocks of a page are one file from top to bottom; one that creates an app, or names its file in the first line (`// app.ts`), begins another one.
 */
export function printedFiles(page: string): PrintedFile[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^ *```(?:ts|typescript)\n(.*?)^ *```$/gms)].map(([, code]) => code);
  const files: Array<{ name: string; code: string }> = [];
  for (const code of blocks) {
    const [, name] = /^\/\/ (\S+\.ts)\n/.exec(code) ?? [];
    if (name !== undefined || /\bnew App\(/.test(code) || files.length === 0) files.push({ name: name ?? `${files.length}.ts`, code });
    else files[files.length - 1].code += code;
  }
  return files.map(file => ({ ...file, code: withMergedImports(file.code) }));
}

/** A name that several blocks import is imported once. */
function withMergedImports(code: string): string {
  const names = new Map<string, Set<string>>();
  const rest = code.replace(/^import (?:type )?\{([^}]*)\} from '([^']+)';\n/gm, (_, list: string, module: string) => {
    const known = names.get(module) ?? new Set();
    list.split(',').map(one => one.trim()).filter(Boolean).forEach(one => known.add(one));
    names.set(module, known);
    return '';
  });
  return [...names].map(([module, found]) => `import { ${[...found].join(', ')} } from '${module}';\n`).join('') + rest;
}
