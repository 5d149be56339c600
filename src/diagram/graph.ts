/** The kind of a part, which decides how it is called and which box of an overview it belongs to. */
export type Kind =
  | 'name' | 'api' | 'function' | 'globalTable' | 'table' | 'bus' | 'rule' | 'archive' | 'schedule' | 'pipe' | 'workflow' | 'queue' | 'topic' | 'alarms'
  | 'repository' | 'pipeline' | 'build' | 'deployment';

/** The part of a diagram that something is drawn in. */
export interface Place {
  /** Undefined if it exists once. */
  readonly region?: string;
  /** Indicates whether it delivers the system, instead of being a part of it. */
  readonly delivery?: boolean;
  /** Indicates whether it delivers only once somebody lets it. */
  readonly standby?: boolean;
}

/** Something that is there, once deployed. */
export interface Part {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  readonly place: Place;
  /** The box that it belongs to in an overview, unless its kind says so. */
  readonly service?: string;
}

export interface Arrow {
  readonly from: Part;
  readonly to: Part;
  readonly label?: string;
  /** Not the way that things go when all is well: dead letters, and questions whether a region is. */
  readonly aside?: boolean;
}

export interface Graph {
  readonly parts: Part[];
  readonly arrows: Arrow[];
}

/** Returns all parts and all arrows. Parts of one id are one part: the first. */
export function union(graphs: Graph[]): Graph {
  const parts = new Map<string, Part>();
  for (const part of graphs.flatMap(graph => graph.parts)) {
    if (!parts.has(part.id)) parts.set(part.id, part);
  }
  const own = (part: Part) => parts.get(part.id) ?? part;
  const all = graphs.flatMap(graph => graph.arrows);
  return { parts: [...parts.values()], arrows: all.map(arrow => ({ ...arrow, from: own(arrow.from), to: own(arrow.to) })) };
}

/** Arrows from each of some parts to each of others. */
export function arrows(from: Part[], to: Part[], style: Omit<Arrow, 'from' | 'to'> = {}): Arrow[] {
  return from.flatMap(start => to.map(end => ({ from: start, to: end, ...style })));
}

/** Returns an id of letters, digits and underscores, which is what Mermaid takes without quotes. */
export function idOf(...words: string[]): string {
  return words.map(word => word.replace(/[^A-Za-z0-9]+/g, '_')).join('_');
}
