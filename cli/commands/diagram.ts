import { writeFileSync } from 'fs';
import { Command, Option } from 'commander';
import { DiagramDetail } from '../../src/diagram/diagram-detail';
import { Output } from '../output';

const EXAMPLES = `
Examples:
  # one picture of two apps
  cdk-multi-region diagram cdk.out pipeline.out --output architecture.mmd

  # every function, queue, rule and table of a region
  cdk-multi-region diagram --detail full --region us-west-2`;

/** The limits of Mermaid unless its configuration says otherwise. A page that shows it, such as GitHub's, may not let you. */
const MERMAID_LIMITS = { maxEdges: 500, maxTextSize: 50_000 };

interface DiagramOptions {
  readonly output?: string;
  readonly detail: DiagramDetail;
  readonly region?: string[];
}

/** Adds the command that draws what was synthesized. */
export function addDiagram(program: Command, { out, err }: Output): Command {
  return program.command('diagram')
    .description('Draws the architecture of synthesized apps as a Mermaid flowchart, from their templates.')
    .argument('[assembly...]', 'a folder that "cdk synth" wrote; several become one picture', ['cdk.out'])
    .option('--output <file>', 'write the picture there instead of to standard output')
    .addOption(new Option('--detail <how>', 'overview: a box per service and region; full: a box per function, queue, rule, table and so on')
      .choices(Object.values(DiagramDetail)).default(DiagramDetail.OVERVIEW))
    .option('--region <name>', 'show this region, with what exists once; may be repeated (default: all)', (name, names: string[] = []) => [...names, name])
    .addHelpText('after', EXAMPLES)
    .action((assemblies: string[], { output, detail, region: regions }: DiagramOptions) => {
      const { ArchitectureDiagram } = loadDiagram();
      const picture = ArchitectureDiagram.fromAssemblies(assemblies).toMermaid({ detail, regions });
      for (const excess of excesses(picture)) err(`warning: ${excess}\n`);
      if (output === undefined) out(picture);
      else writeFileSync(output, picture);
    });
}

/** Loads the diagram on demand, since the other commands do without the CDK: where they run, only this package may be installed. */
function loadDiagram(): typeof import('../../src/diagram/architecture-diagram') {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for all commands
    return require('../../src/diagram/architecture-diagram');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error('diagram needs aws-cdk-lib, which is not installed: run it where the app is');
  }
}

function excesses(picture: string): string[] {
  const edges = picture.split('\n').filter(line => /^ +\S+ <?-[-.]/.test(line)).length;
  return [
    ...edges > MERMAID_LIMITS.maxEdges ? [`${edges} arrows: Mermaid draws ${MERMAID_LIMITS.maxEdges} unless its maxEdges is more`] : [],
    ...picture.length > MERMAID_LIMITS.maxTextSize ? [`${picture.length} characters: Mermaid reads ${MERMAID_LIMITS.maxTextSize} unless its maxTextSize is more`] : [],
  ];
}
