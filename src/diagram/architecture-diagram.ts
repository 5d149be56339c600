import { alarms } from './alarms';
import { delivery } from './delivery';
import { DiagramDetail } from './diagram-detail';
import { events } from './events';
import { Graph, idOf, Part, Place, union } from './graph';
import { Inventory } from './inventory';
import { titleOf } from './kinds';
import { Frame, mermaid } from './mermaid';
import { overview } from './overview';
import { permissions } from './permissions';
import { replication } from './replication';
import { requests } from './requests';
import { readStacks, regionsOf, SynthesizedStack } from './synthesized-stack';

/** The options of `ArchitectureDiagram.toMermaid`. */
export interface MermaidOptions {
  /**
   * The level of detail.
   *
   * @default DiagramDetail.OVERVIEW
   */
  readonly detail?: DiagramDetail;

  /**
   * The regions to show, with what exists once and belongs to them. All regions have the same parts, so one shows best how a system works inside.
   *
   * @default - all regions
   */
  readonly regions?: string[];
}

/**
 * The architecture of a synthesized system, drawn from its templates: what it shows is what CloudFormation would deploy, and what it does not show is not there.
 *
 * Arrows are what the templates say: an API's integrations, the permissions of functions and workflows on something that they name, rules, pipes, queues
 * and event source mappings, replicas, alias records, the artifacts of a pipeline. What only code knows, such as a call to another company's API, is in no
 * template. Left out are nested stacks, HTTP APIs, and services that this library has no construct for.
 *
 * Equal templates make an equal picture, byte by byte, so it can be kept in a repository and be compared. Costs nothing and asks nobody: all is read from the folder.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-app
 */
export class ArchitectureDiagram {
  /**
   * Draws the architecture of one cloud assembly, all its stages included.
   *
   * Throws if the folder does not exist, holds no cloud assembly, cannot be read, or holds nothing that is drawn.
   *
   * @param directory what `cdk synth` wrote, such as `cdk.out`, or the folder of one stage in it
   */
  public static fromAssembly(directory: string): ArchitectureDiagram {
    return ArchitectureDiagram.fromAssemblies([directory]);
  }

  /**
   * Draws the architecture of several cloud assemblies in one picture: a system and its pipeline, for example, which are two apps.
   *
   * Throws if there are none, if a folder does not exist, holds no cloud assembly or cannot be read, or if all of them hold nothing that is drawn.
   *
   * @param directories what `cdk synth` wrote
   */
  public static fromAssemblies(directories: string[]): ArchitectureDiagram {
    if (directories.length === 0) {
      throw new Error('directories is []; allowed: at least one folder that "cdk synth" wrote');
    }
    const stacks = directories.flatMap(readStacks);
    const inventory = new Inventory(stacks);
    const graph = union([
      { parts: inventory.parts, arrows: [...events(inventory), ...permissions(inventory), ...replication(inventory)] },
      requests(inventory), delivery(inventory), alarms(inventory),
    ]);
    if (graph.parts.length === 0) {
      throw new Error(`nothing to draw in ${directories.join(', ')}; allowed: an app with an API, function, table, event bus, queue, workflow or pipeline`);
    }
    return new ArchitectureDiagram(stacks, graph);
  }

  private readonly regions: string[];

  private constructor(stacks: SynthesizedStack[], private readonly graph: Graph) {
    this.regions = regionsOf(stacks);
  }

  /**
   * Returns the picture as Mermaid, which GitHub and others draw within Markdown, in a block of the language `mermaid`.
   *
   * With full detail, a large system may be more than Mermaid draws by default: 500 arrows, 50 000 characters. Choose a region then.
   *
   * Throws if a region is not one of the stacks'.
   *
   * @see https://mermaid.js.org/syntax/flowchart.html
   */
  public toMermaid(options: MermaidOptions = {}): string {
    const full = options.detail === DiagramDetail.FULL;
    const graph = options.regions === undefined ? this.graph : this.within(options.regions);
    return mermaid({
      graph: full ? graph : overview(graph),
      frames: this.frames(),
      label: part => (full ? [part.name, titleOf(part)] : [part.name]),
      colour: part => this.colourOf(part),
    });
  }

  private within(regions: string[]): Graph {
    if (regions.length === 0 || regions.some(region => !this.regions.includes(region))) {
      throw new Error(`regions is ${JSON.stringify(regions)}; allowed: at least one of ${this.regions.join(', ')}`);
    }
    const { parts, arrows } = this.graph;
    const there = ({ place }: Part) => place.region !== undefined && regions.includes(place.region);
    const shown = arrows.filter(({ from, to }) => [from, to].some(there) && [from, to].every(part => part.place.region === undefined || there(part)));
    return { parts: [...new Set([...parts.filter(there), ...shown.flatMap(({ from, to }) => [from, to])])], arrows: shown };
  }

  private frames(): Frame[] {
    const frame = (id: string, title: string, at: Place): Frame => ({
      id: idOf(id, at.region!),
      title: `${title} (${at.region})`,
      holds: ({ place }) => place.region === at.region && !!place.delivery === !!at.delivery && !!place.standby === !!at.standby,
    });
    return [
      ...this.regions.map((region, i) => frame('region', i === 0 ? 'Primary Region' : 'Secondary Region', { region })),
      ...this.regions.map(region => frame('delivery', 'CI/CD Pipeline', { region, delivery: true })),
      ...this.regions.map(region => frame('standby', 'CI/CD Pipeline on standby', { region, delivery: true, standby: true })),
    ];
  }

  private colourOf({ kind, place }: Part): 'primary' | 'secondary' | 'global' | undefined {
    if (place.delivery) return undefined;
    if (place.region === undefined || kind === 'globalTable') return 'global';
    return place.region === this.regions[0] ? 'primary' : 'secondary';
  }
}
