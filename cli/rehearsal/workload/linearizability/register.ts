/** An operation on a register: a thing that holds one value, which is what was written last. */
export interface RegisterOperation {
  readonly action: 'read' | 'write';
  /** The value that was read or written. Equal values are the same number. */
  readonly value: number;
  /** The time at which it was sent. */
  readonly call: number;
  /**
   * The time at which its answer came. Infinity for a write of which nobody knows whether it happened: it may have, at any time after its call, or
   * never.
   */
  readonly end: number;
}

export type Linearizability =
  | { readonly outcome: 'linearizable' }
  /** No order explains what was seen; the farthest that any order came explains all but these, the first of which is to blame or something before it. */
  | { readonly outcome: 'not linearizable'; readonly left: readonly RegisterOperation[] }
  /** The search was given up. */
  | { readonly outcome: 'unknown' };

/** The work after which the search is given up, about a second: configurations, and what has taken effect in each. */
const MOST_WORK = 2_000_000;

/** The operations that have taken effect, and what the register holds then. */
interface Configuration {
  readonly state: number;
  readonly done: ReadonlySet<number>;
  /** All before it have taken effect. */
  readonly first: number;
}

/**
 * Looks for an order in which each operation takes effect at one moment between its call and its end, and each read returns what was written last: the algorithm of Wing and Gong, which does not look at
 * a configuration twice, as Lowe added.
 *
 * @see http://www.cs.cmu.edu/~wing/publications/WingGong93.pdf
 * @see http://www.cs.ox.ac.uk/people/gavin.lowe/LinearizabiltyTesting/paper.pdf
 * @param initial the value before the first write
 */
export function linearize(operations: readonly RegisterOperation[], initial: number, most = MOST_WORK): Linearizability {
  const read = new Set(operations.filter(({ action }) => action === 'read').map(({ value }) => value));
  const ordered = operations
    // a write that may never have happened explains nothing but a read of its value
    .filter(({ action, value, end }) => end < Infinity || (action === 'write' && read.has(value)))
    .sort((a, b) => a.call - b.call);
  // how many before each must take effect
  const requiredBefore = [0];
  ordered.forEach(({ end }, i) => requiredBefore.push(requiredBefore[i] + (end < Infinity ? 1 : 0)));
  const seen = new Set<string>();
  const open: Configuration[] = [{ state: initial, done: new Set(), first: 0 }];
  let farthest = open[0];
  let farthestDone = -1;
  let work = 0;
  for (let configuration = open.pop(); configuration; configuration = open.pop()) {
    const id = idOf(configuration);
    if (seen.has(id)) continue;
    work += 1 + configuration.done.size;
    if (work > most) return { outcome: 'unknown' };
    seen.add(id);
    const done = requiredBefore[configuration.first] + [...configuration.done].filter(i => ordered[i].end < Infinity).length;
    if (done === requiredBefore[ordered.length]) return { outcome: 'linearizable' };
    if (done > farthestDone) [farthest, farthestDone] = [configuration, done];
    open.push(...next(ordered, configuration));
  }
  return { outcome: 'not linearizable', left: ordered.filter((one, i) => !isDone(farthest, i) && one.end < Infinity) };
}

/** Returns the configurations that can follow, the one to try first last. */
function next(ordered: readonly RegisterOperation[], configuration: Configuration): Configuration[] {
  const candidates: number[] = [];
  // what is called after another has ended takes effect after it; none ends before what was called earlier than itself
  let earliestEnd = Infinity;
  for (let i = configuration.first; i < ordered.length && ordered[i].call <= earliestEnd; i++) {
    if (isDone(configuration, i)) continue;
    candidates.push(i);
    earliestEnd = Math.min(earliestEnd, ordered[i].end);
  }
  // a read that fits changes nothing, so that nothing is gained by letting it wait
  const fitting = candidates.find(i => ordered[i].action === 'read' && ordered[i].value === configuration.state);
  if (fitting !== undefined) return [withDone(ordered, configuration, fitting)];
  return candidates.filter(i => ordered[i].action === 'write').reverse().map(i => withDone(ordered, configuration, i));
}

function withDone(ordered: readonly RegisterOperation[], { state, done, first }: Configuration, index: number): Configuration {
  const { action, value } = ordered[index];
  const after = new Set(done).add(index);
  let begin = first;
  while (after.delete(begin)) begin++;
  return { state: action === 'write' ? value : state, done: after, first: begin };
}

function isDone({ done, first }: Configuration, index: number): boolean {
  return index < first || done.has(index);
}

function idOf({ state, done, first }: Configuration): string {
  return `${state};${first};${[...done].sort((a, b) => a - b).join()}`;
}
