import { readFileSync } from 'fs';
import { join, resolve } from 'path';
import { buildSync } from 'esbuild';
import { versionOf } from './installed';
import { Cost, runNode } from './processes';
import { alternating, ratios, show, spreadOf } from './statistics';
import { readSources } from '../support/modules';

/** Where `aws-cdk-lib` is found from. */
const COMPILED = 'node_modules/.cache/bench/lib';

/** CPU time of the first `require` in a new process: the library, what it needs of the CDK alone, and a library of constructs of AWS. */
export async function loading(installed: string, pairs: number): Promise<string> {
  const sources = readSources('src');
  const files = Object.keys(sources).filter(file => !file.endsWith('.lambda.ts')).map(file => join('src', file));
  // as the package has it: a file for each source, with CommonJS in it
  buildSync({ entryPoints: files, outdir: COMPILED, outbase: 'src', format: 'cjs', platform: 'node', target: 'node20', logLevel: 'silent' });
  const submodules = [...new Set(files.flatMap(file => [...readFileSync(file, 'utf8').matchAll(/ from '((?:aws-cdk-lib|constructs)[^']*)'/g)].map(([, name]) => name)))].sort();
  const contenders = {
    'cdk-multi-region': { code: required([resolve(COMPILED, 'index.js')]), cwd: undefined },
    'the modules of the CDK that it imports': { code: required(submodules), cwd: undefined },
    'aws-cdk-lib': { code: required(['aws-cdk-lib']), cwd: undefined },
    '@aws-solutions-constructs/aws-apigateway-lambda': { code: required(['@aws-solutions-constructs/aws-apigateway-lambda']), cwd: installed },
  };
  type Name = keyof typeof contenders;
  const names = Object.keys(contenders) as Name[];
  const results = await alternating(names, pairs, name => runNode<Cost>(['-e', contenders[name].code], {}, contenders[name].cwd));
  const ours = results['cdk-multi-region'].map(({ cpu }) => cpu);
  return [
    '| first require of | CPU ms | ms | cdk-multi-region / this, CPU |',
    '| --- | ---: | ---: | ---: |',
    ...names.map(name => {
      const version = name.startsWith('@') ? ` ${versionOf(installed, name)}` : '';
      const cpu = results[name].map(one => one.cpu);
      return `| ${name}${version} | ${show(spreadOf(cpu))} | ${show(spreadOf(results[name].map(one => one.wall)))} | ${show(ratios(ours, cpu), 2)} |`;
    }),
  ].join('\n');
}

function required(modules: readonly string[]): string {
  return `const [begin, began] = [process.cpuUsage(), performance.now()];
    for (const name of ${JSON.stringify(modules)}) require(name);
    const { user, system } = process.cpuUsage(begin);
    console.log(JSON.stringify({ cpu: (user + system) / 1000, wall: performance.now() - began }));`;
}
