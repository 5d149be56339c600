/**
 * Writes who made what is bundled into the package, and under which licence: node --import tsx projenrc/third-party-notices.ts <notices> <metafile of esbuild>...
 *
 * @see https://esbuild.github.io/api/#metafile
 */
import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

/** The part of esbuild's metafile that is read. */
export interface Metafile {
  readonly outputs: { readonly [file: string]: { readonly inputs: { readonly [file: string]: { readonly bytesInOutput: number } } } };
}

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The texts of its licence and notice files. */
  readonly text: string;
}

/** Licences that let us ship what is bundled, as long as their texts go along. Another one is for a person to look at. */
export const KNOWN_LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

const MODULES = 'node_modules/';

/** Returns the folders of the packages that bundles have anything of. */
export function packageFolders(metafiles: Metafile[]): string[] {
  const files = metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && file.includes(MODULES)).map(([file]) => file);
  const folders = files.map(file => {
    const start = file.lastIndexOf(MODULES) + MODULES.length;
    const [scope, name] = file.slice(start).split('/');
    return file.slice(0, start) + (scope.startsWith('@') ? `${scope}/${name}` : scope);
  });
  return [...new Set(folders)].sort();
}

/** Reads a package with its licence; throws if that is none of those that are known, or if its text is not there. */
export function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!KNOWN_LICENSES.includes(license)) throw new Error(`${name}@${version} is bundled, and its licence is ${license}, none of ${KNOWN_LICENSES.join(', ')}`);
  const files = readdirSync(folder).filter(file => /^(licen[cs]e|copying|notice)(-mit)?(\.(md|txt))?$/i.test(file)).sort();
  const own = files.map(file => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  // that text names no author, so that it is the same for all: ours
  const text = own === '' && license === 'Apache-2.0' ? readFileSync('LICENSE', 'utf8').trim() : own;
  if (text === '') throw new Error(`${name}@${version} is bundled, and has no text of its licence, ${license}`);
  return { name, version, license, text };
}

/** Returns the notices: each text once, below the packages that it is of. */
export function notices(packages: BundledPackage[]): string {
  const texts = new Map<string, string[]>();
  for (const { name, version, license, text } of packages) {
    const line = `${name} ${version} (${license})`;
    const lines = texts.get(text) ?? [];
    if (!lines.includes(line)) texts.set(text, [...lines, line]);
  }
  const rule = '-'.repeat(80);
  const parts = [...texts].map(([text, lines]) => `${lines.join('\n')}\n\n${text}\n`);
  return `This package has in its assets/, bin/ and rehearsal/, bundled, what follows.\n\n${parts.map(part => `${rule}\n${part}`).join('\n')}`;
}

if (require.main === module) {
  const [target, ...metafiles] = process.argv.slice(2);
  writeFileSync(target, notices(packageFolders(metafiles.map(file => JSON.parse(readFileSync(file, 'utf8')))).map(readPackage)));
}
