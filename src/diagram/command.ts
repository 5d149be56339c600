import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parseArgs } from 'util';
import { ArchitectureDiagram } from './architecture-diagram';
import { DiagramDetail } from './diagram-detail';

const USAGE = `Usage: cdk-multi-region diagram [assembly ...] [options]

Draws the architecture of synthesized apps as a Mermaid flowchart, from their templates.

  assembly         a folder that "cdk synth" wrote (default: cdk.out); several become one picture

Options:
  --output <file>  write the picture there (default: standard output)
  --detail <how>   overview: a box per service and region (default)
                   full: a box per function, queue, rule, table and so on
  --region <name>  show this region, with what exists once; may be repeated (default: all)
  --help           print this
  --version        print the version

Exit codes: 0 done, 1 it could not be drawn or written, 2 the command is not one of these
`;

/** What Mermaid draws unless its configuration says otherwise. A page that shows it, such as GitHub's, may not let you. */
const MERMAID_LIMITS = { maxEdges: 500, maxTextSize: 50_000 };

/** Where a command writes to. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The command `cdk-multi-region`; returns its exit code. */
export function run(args: string[], { out, err }: Output): number {
  const parsed = parse(args);
  if (typeof parsed === 'string') {
    err(`${parsed}\n\n${USAGE}`);
    return 2;
  }
  const { values: { help, version, output, detail, region: regions }, positionals: [, ...assemblies] } = parsed;
  if (help || version) {
    out(help ? USAGE : `${packageVersion()}\n`);
    return 0;
  }
  try {
    const diagram = ArchitectureDiagram.fromAssemblies(assemblies.length === 0 ? ['cdk.out'] : assemblies);
    const picture = diagram.toMermaid({ detail: detail as DiagramDetail, regions });
    for (const excess of excesses(picture)) err(`warning: ${excess}\n`);
    if (output === undefined) out(picture);
    else writeFileSync(output, picture);
    return 0;
  } catch (error) {
    err(`${(error as Error).message}\n`);
    return 1;
  }
}

/** What was asked for, or what is wrong with it. */
function parse(args: string[]) {
  try {
    const parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        output: { type: 'string' },
        detail: { type: 'string', default: DiagramDetail.OVERVIEW },
        region: { type: 'string', multiple: true },
        help: { type: 'boolean' },
        version: { type: 'boolean' },
      },
    });
    const { values: { help, version, detail }, positionals: [command] } = parsed;
    if (help || version) return parsed;
    if (command !== 'diagram') return `command is ${JSON.stringify(command ?? '')}; allowed: diagram`;
    const details: string[] = Object.values(DiagramDetail);
    return details.includes(detail) ? parsed : `--detail is ${JSON.stringify(detail)}; allowed: ${details.join(', ')}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function excesses(picture: string): string[] {
  const edges = picture.split('\n').filter(line => /^ +\S+ <?-[-.]/.test(line)).length;
  return [
    ...edges > MERMAID_LIMITS.maxEdges ? [`${edges} arrows: Mermaid draws ${MERMAID_LIMITS.maxEdges} unless its maxEdges is more`] : [],
    ...picture.length > MERMAID_LIMITS.maxTextSize ? [`${picture.length} characters: Mermaid reads ${MERMAID_LIMITS.maxTextSize} unless its maxTextSize is more`] : [],
  ];
}

function packageVersion(): string {
  return JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')).version;
}
