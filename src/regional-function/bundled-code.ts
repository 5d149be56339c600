import { existsSync, statSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FunctionBundling } from './function-bundling';
import { invalidProp } from '../system/errors';

/** Lambda's Node.js runtimes accept what the oldest supported one does. */
const TARGET = 'node20';

const BUNDLE_URL = '__bundleUrl';

/**
 * A CommonJS module has no import.meta: esbuild would leave it empty, so that the first request fails. What names the module gets the bundle's own file; the rest is an error.
 *
 * @see https://esbuild.github.io/content-types/#javascript-caveats
 * @see https://nodejs.org/api/esm.html#importmeta
 */
const IMPORT_META = {
  define: { 'import.meta.url': BUNDLE_URL, 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
  banner: { js: `const ${BUNDLE_URL}=require("url").pathToFileURL(__filename).href;` },
  logOverride: { 'empty-import-meta': 'error' },
};

/** The error that esbuild throws. */
interface BundlingFailure {
  readonly message: string;
  readonly errors?: { readonly text: string; readonly location?: { readonly file: string; readonly line: number } }[];
}

/**
 * Returns code that esbuild makes from a TypeScript or JavaScript entry, the AWS SDK included: what was tested is what runs.
 *
 * Not `NodejsFunction`, because that one falls back to Docker when it finds no esbuild, and needs a lock file. The CDK stages equal
 * assets of one app once, so that N regions cost one run of esbuild.
 */
export function bundledCode(owner: Construct, entry: string, options: FunctionBundling = {}): AssetCode {
  const path = resolve(entry);
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw invalidProp(owner, 'entry', entry, 'the path of a TypeScript or JavaScript file');
  }
  const meta = Object.keys(options.define ?? {}).find(name => name.startsWith('import.meta'));
  if (meta !== undefined) throw invalidProp(owner, 'bundling.define', meta, 'other names than those of import.meta, which stand for the bundle');
  return Code.fromAsset(dirname(path), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // never pulled: the CDK wants an image, but only uses it when local bundling declines
      image: DockerImage.fromRegistry('local-bundling-only'),
      // tells entries of one folder, and ways to bundle one, apart in the CDK's cache of staged assets
      command: [basename(path), JSON.stringify(options)],
      local: { tryBundle: outputDir => bundle(owner, path, outputDir, options) },
    },
  });
}

function bundle(owner: Construct, entryPoint: string, outputDir: string, options: FunctionBundling): boolean {
  const { externalModules, minify = true, sourceMap = true, define, loader } = options;
  const esbuild = loadEsbuild(owner, dirname(entryPoint));
  try {
    esbuild.buildSync({
      entryPoints: [entryPoint],
      outfile: join(outputDir, 'index.js'),
      absWorkingDir: dirname(entryPoint),
      bundle: true,
      minify,
      keepNames: true,
      sourcemap: sourceMap && 'linked',
      sourcesContent: false,
      platform: 'node',
      target: TARGET,
      format: 'cjs',
      mainFields: ['module', 'main'],
      external: externalModules,
      loader,
      ...IMPORT_META,
      define: { ...define, ...IMPORT_META.define },
      logLevel: 'warning',
    });
  } catch (error) {
    const { message, errors: [first] = [] } = error as BundlingFailure;
    // what esbuild says of its options has no place in a file
    if (!first) throw invalidProp(owner, 'bundling', options, `what esbuild takes, and ${message}`);
    const place = first.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw invalidProp(owner, 'entry', entryPoint, `what esbuild can bundle as a CommonJS module, and ${place}${first.text}`);
  }
  return true;
}

/** Loads esbuild of the user's project, so that the version is theirs and the package carries none. */
function loadEsbuild(owner: Construct, from: string): { buildSync(options: object): unknown } {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- found at run time, in the user's project
    return require(require.resolve('esbuild', { paths: [from, process.cwd()] }));
  } catch (error) {
    throw new Error(`entry needs the package esbuild to bundle it, and it could not be loaded from ${from}: `
      + `npm install --save-dev esbuild, or give codePath (${(error as Error).message.split('\n')[0]}) [${owner.node.path}]`);
  }
}
