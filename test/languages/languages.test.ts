/** The same system in every language of jsii, with the library as it is packaged for that language: all have the same templates. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { go, java, pacmak, python, Toolchain } from './toolchains';
import { compiledLibrary, run } from '../support/packed-app';

jest.setTimeout(1_800_000);

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

const typescript: Toolchain = {
  language: 'typescript',
  missing: () => undefined,
  install(app) {
    mkdirSync(join(app, 'node_modules'));
    ['aws-cdk-lib', 'constructs'].forEach(name => symlinkSync(resolve('node_modules', name), join(app, 'node_modules', name)));
    symlinkSync(resolve('.'), join(app, 'node_modules/cdk-multi-region'));
  },
  command: [process.execPath, '--import', require.resolve('tsx'), 'app.ts'],
};

const folder = mkdtempSync(join(tmpdir(), 'languages-'));
afterAll(() => process.env.KEEP || rmSync(folder, { recursive: true, force: true }));

/** The templates of the app in a language, by file. */
function templates({ language, install, command }: Toolchain): Record<string, object> {
  const app = join(folder, language);
  ['shared', language].forEach(name => cpSync(join(__dirname, name), app, { recursive: true }));
  install(app, `${app}-packages`);
  run(app, 'env', 'CDK_OUTDIR=cdk.out', ...command);
  const files = readdirSync(join(app, 'cdk.out')).filter(file => file.endsWith('.template.json'));
  return Object.fromEntries(files.map(file => [file, JSON.parse(readFileSync(join(app, 'cdk.out', file), 'utf8'))]));
}

proof('the order system', () => {
  let expected: Record<string, object>;
  beforeAll(async () => {
    await compiledLibrary();
    expected = templates(typescript);
  });

  test('in TypeScript has a stack that exists once, and two in each region', () => {
    expect(Object.keys(expected)).toHaveLength(7);
  });

  for (const toolchain of [python, go, java]) {
    const missing = process.env.LONG && toolchain.missing();
    (missing ? test.skip : test)(`in ${toolchain.language} has the templates of the one in TypeScript${missing ? `: not run, ${missing}` : ''}`, () => {
      expect(templates(toolchain)).toEqual(expected);
    });
  }
});

proof('the published API', () => {
  // not compiled: .NET's tools can be had in few places where this runs
  test('has the types that the program uses, for .NET', async () => {
    await compiledLibrary();
    const packages = join(folder, 'dotnet-code');
    pacmak('dotnet', packages, '--code-only');
    const program = readFileSync(join(__dirname, 'csharp/Program.cs'), 'utf8');
    const used = [...program.matchAll(/\bnew (?!App\b|Attribute\b|EventPattern\b|Dictionary\b)(\w+)/g)].map(([, name]) => `${name}.cs`);
    expect(used).toContain('MultiRegionSystem.cs');
    expect(readdirSync(join(packages, 'dotnet/CdkMultiRegion/CdkMultiRegion'))).toEqual(expect.arrayContaining(used));
  });

  test('has a name for every parameter', async () => {
    await compiledLibrary();
    expect(readFileSync('.jsii', 'utf8').match(/"name": "__\d+"/g)).toBeNull();
  });
});
