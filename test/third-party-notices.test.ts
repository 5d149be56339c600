import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { KNOWN_LICENSES, Metafile, notices, packageFolders, readPackage } from '../projenrc/third-party-notices';

const METAFILES: Metafile[] = ['handlers', 'command', 'rehearsal', 'page', 'live'].map(name => JSON.parse(readFileSync(`.bundles/${name}.json`, 'utf8')));

const packageOf = (manifest: object, files: Record<string, string> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  Object.entries({ 'package.json': JSON.stringify({ name: 'a', version: '1.2.3', ...manifest }), ...files }).forEach(([name, text]) => writeFileSync(join(folder, name), text));
  return folder;
};

describe('The notices of third parties', () => {
  const shipped = readFileSync('THIRD-PARTY-NOTICES', 'utf8');
  const folders = packageFolders(METAFILES);

  test('are of every bundle that there is', () => {
    const bundles = METAFILES.flatMap(({ outputs }) => Object.keys(outputs));
    const files = ['assets', 'bin', 'rehearsal'].flatMap(folder => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => `${folder}/${file}`)).filter(file => /\.(js|css)$/.test(file));
    expect(bundles.sort()).toEqual(files.sort());
  });

  test('name every package that is bundled, with its version, a licence that is known, and its text', () => {
    expect(folders.length).toBeGreaterThan(10);
    for (const { name, version, license, text } of folders.map(readPackage)) {
      expect(KNOWN_LICENSES).toContain(license);
      expect(shipped).toContain(`${name} ${version} (${license})\n`);
      expect(shipped).toContain(text);
    }
    expect(shipped).toMatch(/^mnemonist .* \(MIT\)$/m);
  });

  test('have what MIT asks for: who has the copyright', () => {
    folders.map(readPackage).filter(({ license }) => license === 'MIT').forEach(({ name, text }) => expect([name, text]).toEqual([name, expect.stringMatching(/copyright/i)]));
  });

  test('have each text once', () => {
    const text = notices([{ name: 'a', version: '1.0.0', license: 'MIT', text: 'free' }, { name: '@x/b', version: '2.0.0', license: 'MIT', text: 'free' }]);
    expect(text).toContain('a 1.0.0 (MIT)\n@x/b 2.0.0 (MIT)\n\nfree\n');
  });
});

describe('What is bundled', () => {
  test('is what has bytes in a bundle, the innermost package of a path', () => {
    const inputs = Object.fromEntries([
      ['src/a.ts', 5], ['node_modules/a/index.js', 5], ['node_modules/b/index.js', 0], ['../x/node_modules/@s/c/node_modules/d/i.js', 1], ['node_modules/@s/c/i.js', 1],
    ].map(([file, bytesInOutput]) => [file, { bytesInOutput: Number(bytesInOutput) }]));
    expect(packageFolders([{ outputs: { 'bin/x.js': { inputs } } }])).toEqual(['../x/node_modules/@s/c/node_modules/d', 'node_modules/@s/c', 'node_modules/a']);
  });

  test('has the texts of its licence and notice', () => {
    expect(readPackage(packageOf({ license: 'MIT' }, { 'LICENSE.txt': 'free', 'NOTICE': 'by me', 'README.md': 'x' }))).toEqual({ name: 'a', version: '1.2.3', license: 'MIT', text: 'free\n\nby me' });
    expect(readPackage(packageOf({ license: 'Apache-2.0' })).text).toContain('Apache License');
  });

  test('is refused if nobody has looked at its licence, or if that is not there', () => {
    expect(() => readPackage(packageOf({ license: 'GPL-3.0' }, { LICENSE: 'x' }))).toThrow('a@1.2.3 is bundled, and its licence is GPL-3.0, none of 0BSD, Apache-2.0');
    expect(() => readPackage(packageOf({ license: 'MIT' }))).toThrow('a@1.2.3 is bundled, and has no text of its licence, MIT');
  });
});
