/** What a flowchart shows, by what a reader sees: a box is its frame and its label, an arrow its two boxes. */
export interface MermaidGraph {
  readonly boxes: string[];
  readonly arrows: string[];
}

const BOX = /^(\w+)(?:\[(?:"([^"]*)"|([^\]"]*))\])?/;
const ARROW = /^\s+(<)?(?:-->|-\.->)(?:\|"[^"]*"\|)?\s+/;

/** Reads the part of Mermaid that diagrams here are made of; throws at whatever else. */
export function readMermaid(text: string): MermaidGraph {
  const [head, ...lines] = text.split('\n').map(line => line.trim()).filter(line => line !== '');
  if (!/^(graph|flowchart) TB$/.test(head)) throw new Error(`not a flowchart: ${head}`);
  const labels = new Map<string, string>();
  const arrows: [string, string][] = [];
  const classes = new Set<string>();
  let frame: string | undefined;
  for (const line of lines) {
    const title = /^subgraph (?:\w+\["([^"]+)"\]|"([^"]+)")$/.exec(line);
    const styled = /^class ([\w,]+) (\w+)$/.exec(line);
    if (title) {
      if (frame !== undefined) throw new Error(`frames are nested: ${line}`);
      frame = title[1] ?? title[2];
    } else if (line === 'end') {
      if (frame === undefined) throw new Error('an end without a frame');
      frame = undefined;
    } else if (styled) {
      if (!classes.has(styled[2])) throw new Error(`no such class: ${line}`);
      [styled[2], ...styled[1].split(',').filter(id => !labels.has(id))].slice(1).forEach(id => { throw new Error(`no such box: ${id}`); });
    } else if (/^classDef (\w+) [\w#:,-]+$/.test(line)) {
      classes.add(line.split(' ')[1]);
    } else {
      arrows.push(...readStatement(line, (id, label) => labels.set(id, [frame, label].filter(Boolean).join(': '))));
    }
  }
  const nameOf = (id: string) => {
    if (!labels.has(id)) throw new Error(`a box without a label: ${id}`);
    return labels.get(id)!;
  };
  return {
    boxes: [...labels.values()].sort(),
    arrows: [...new Set(arrows.map(([from, to]) => `${nameOf(from)} → ${nameOf(to)}`))].sort(),
  };
}

/** A box, or several with arrows between them. */
function readStatement(line: string, define: (id: string, label: string) => void): [string, string][] {
  const arrows: [string, string][] = [];
  let rest = line;
  let from: string | undefined;
  let both = false;
  while (true) {
    const box = BOX.exec(rest);
    if (!box) throw new Error(`not a box: ${line}`);
    const [whole, id, quoted, plain] = box;
    if (quoted !== undefined || plain !== undefined) define(id, quoted ?? plain);
    if (from !== undefined) arrows.push([from, id], ...both ? [[id, from] as [string, string]] : []);
    rest = rest.slice(whole.length);
    if (rest === '') return arrows;
    const arrow = ARROW.exec(rest);
    if (!arrow) throw new Error(`not an arrow: ${line}`);
    from = id;
    both = arrow[1] !== undefined;
    rest = rest.slice(arrow[0].length);
  }
}
