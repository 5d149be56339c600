/** npm run bench -- --only synthesis,loading,handlers,lines --pairs 5 --regions 1,2,3,5,10,20 */
import { cpus } from 'os';
import { Command } from 'commander';
import { handlers } from './handlers';
import { install } from './installed';
import { lines } from './lines';
import { loading } from './loading';
import { withFolder } from './processes';
import { synthesis } from './synthesis';

const list = (text: string) => text.split(',');

const options = new Command('npm run bench --')
  .description('Measures the library against what it could be replaced by, in pairs, one after the other. See docs/BENCHMARK.md')
  .option('--only <parts>', 'what to measure', list, ['synthesis', 'loading', 'handlers', 'lines'])
  .option('--pairs <n>', 'how often each is measured', Number, 5)
  .option('--regions <numbers>', 'of how many regions systems are synthesized', text => list(text).map(Number), [1, 2, 3, 5, 10, 20])
  .option('--installed <folder>', 'where the packages to compare with are installed already')
  .allowExcessArguments(false)
  .parse().opts<{ only: string[]; pairs: number; regions: number[]; installed?: string }>();

async function main(): Promise<void> {
  console.log(`${cpus().length} cores, Node ${process.versions.node}; median of ${options.pairs} (half of them lie between)\n`);
  await withFolder(async temporary => {
    const installed = () => {
      if (!options.installed) install(temporary);
      return options.installed ??= temporary;
    };
    const parts: Record<string, () => string | Promise<string>> = {
      synthesis: () => synthesis(options.regions, options.pairs),
      loading: () => loading(installed(), options.pairs),
      handlers: () => handlers(installed(), options.pairs),
      lines,
    };
    for (const part of options.only) {
      if (!parts[part]) throw new Error(`--only has ${part}; allowed: ${Object.keys(parts).join(', ')}`);
      console.log(`## ${part}\n\n${await parts[part]()}\n`);
    }
  });
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
