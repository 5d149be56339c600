import { join } from 'path';
import { Cost, runScript, withFolder } from './processes';
import { alternating, ratios, show, spreadOf } from './statistics';

interface Synthesis extends Cost {
  readonly resources: number;
}

const CONTENDERS = ['library', 'L1', 'L2'] as const;

/** CPU time to construct and synthesize the example-app against plain apps of its resources, by number of regions. */
export async function synthesis(regions: readonly number[], pairs: number): Promise<string> {
  const rows = await withFolder(async folder => {
    const lines: string[] = [];
    for (const count of regions) {
      const file = join(folder, `${count}.json`);
      const run = (contender: string) => runScript<Synthesis>('test/bench/synthesize.ts', contender, count, file);
      // makes the file
      const { resources } = run('library');
      const results = await alternating(CONTENDERS, pairs, run);
      const [library, l1, l2] = CONTENDERS.map(name => results[name].map(({ cpu }) => cpu));
      lines.push(`| ${count} | ${resources} | ${show(spreadOf(library))} | ${show(spreadOf(l1))} | ${show(spreadOf(l2))} | ${show(ratios(library, l1), 2)} | ${show(ratios(library, l2), 2)} |`);
      console.error(lines[lines.length - 1]);
    }
    return lines;
  });
  return [
    '| regions | resources | library, CPU ms | plain L1, CPU ms | plain L2, CPU ms | library / L1 | library / L2 |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}
