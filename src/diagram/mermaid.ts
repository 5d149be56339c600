import { Arrow, Graph, Part } from './graph';
import { inOrder } from './kinds';

/** A part of the picture with a frame and a title. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly holds: (part: Part) => boolean;
}

export interface Picture {
  readonly graph: Graph;
  readonly frames: Frame[];
  /** The lines of a part's label. */
  readonly label: (part: Part) => string[];
  /** The name of a part's colour, if it has one. */
  readonly colour: (part: Part) => keyof typeof COLOURS | undefined;
}

const COLOURS = { primary: '#f9f', secondary: '#bbf', global: '#bfb' };

/** Renders text that Mermaid draws as it is. Two arrows that only differ in their direction become one with two heads. */
export function mermaid({ graph, frames, label, colour }: Picture): string {
  const parts = [...graph.parts].sort(inOrder);
  const box = (part: Part) => `${part.id}["${label(part).map(escaped).join('<br/>')}"]`;
  const framed = frames.map(frame => ({ ...frame, parts: parts.filter(frame.holds) })).filter(frame => frame.parts.length > 0);
  const free = parts.filter(part => !framed.some(frame => frame.holds(part)));
  // Mermaid draws the last one leftmost
  framed.reverse();
  const coloured = (Object.keys(COLOURS) as (keyof typeof COLOURS)[])
    .map(name => ({ name, ids: parts.filter(part => colour(part) === name).map(({ id }) => id) }))
    .filter(({ ids }) => ids.length > 0);
  return [
    'flowchart TB',
    ...free.map(part => `  ${box(part)}`),
    ...framed.flatMap(frame => [`  subgraph ${frame.id}["${escaped(frame.title)}"]`, ...frame.parts.map(part => `    ${box(part)}`), '  end']),
    ...lines(graph.arrows, parts).map(line => `  ${line}`),
    ...coloured.map(({ name }) => `  classDef ${name} fill:${COLOURS[name]},stroke:#333,stroke-width:2px,color:#000`),
    ...coloured.map(({ name, ids }) => `  class ${ids.join(',')} ${name}`),
    '',
  ].join('\n');
}

/** An arrow as it is drawn: all between two parts in a direction, or in both. */
interface Line {
  readonly from: Part;
  readonly to: Part;
  readonly aside: boolean;
  readonly labels: Set<string>;
  both?: boolean;
}

function lines(all: Arrow[], parts: Part[]): string[] {
  const drawn = new Map<string, Line>();
  const order = new Map(parts.map((part, i) => [part, i]));
  const sorted = [...all].sort((one, other) => order.get(one.from)! - order.get(other.from)! || order.get(one.to)! - order.get(other.to)!
    || Number(one.aside ?? false) - Number(other.aside ?? false));
  const asides = new Set(all.filter(({ aside, label }) => aside && label === undefined).map(({ from, to }) => key(from, to, true)));
  for (const { from, to, aside = false, label } of sorted) {
    // a permission that is there for what is drawn aside
    if (!aside && label === undefined && asides.has(key(from, to, true))) continue;
    const back = drawn.get(key(to, from, aside));
    if (back && back.labels.size === 0 && label === undefined) {
      back.both = true;
      continue;
    }
    const line = drawn.get(key(from, to, aside)) ?? { from, to, aside, labels: new Set<string>() };
    if (label !== undefined) line.labels.add(label);
    drawn.set(key(from, to, aside), line);
  }
  return [...drawn.values()].map(lineOf);
}

function lineOf({ from, to, aside, labels, both }: Line): string {
  const arrow = aside ? '-.->' : '-->';
  if (both) {
    // Mermaid goes where an arrow leads before it goes on: into another region, it would draw that upside down, below this one
    const [start, end] = from.place.region === to.place.region ? [from, to] : [to, from];
    return `${start.id} <${arrow} ${end.id}`;
  }
  return `${from.id} ${arrow}${labels.size === 0 ? '' : `|"${[...labels].sort().map(escaped).join('<br/>')}"|`} ${to.id}`;
}

function key(from: Part, to: Part, aside: boolean): string {
  return [from.id, to.id, aside].join(' ');
}

/** Returns a label's text: what means something to Mermaid, or to the HTML that it writes, becomes a code. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:;/()_{}+*=@$-]/gu, character => `#${character.codePointAt(0)};`);
}
