import { ALL_NEMESES } from './nemeses/all-nemeses';
import { Nemesis } from './nemesis';

/** A drill that somebody asked for, before it is known which regions it hits. */
export type DrillRequest =
  | { readonly kind: 'named'; readonly nemeses: readonly Nemesis[]; readonly isByName: boolean }
  | { readonly kind: 'random'; readonly count: number };

/** Names for several drills. */
const SETS: Readonly<Record<string, readonly string[]>> = {
  default: ['freeze', 'evacuate', 'partition'],
  short: ['freeze'],
  all: ALL_NEMESES.map(({ name }) => name),
};

const MOST_RANDOM = 100;
const RANDOM = /^random:(\d{1,4})$/;

/** All that `--drills` takes, in one line. */
export const DRILL_NAMES = `${ALL_NEMESES.map(({ name }) => name).join(', ')}; several at once as partition+lag; random:N; ${Object.keys(SETS).join(', ')}`;

/** The drills for want of any that were asked for. */
export const DEFAULT_DRILLS = 'default';

/**
 * Reads which drills somebody asks for, such as `freeze,partition+lag,random:3`.
 *
 * Throws one line for people if it is not to be understood.
 */
export function parseDrills(text: string): DrillRequest[] {
  const names = text.split(',').map(name => name.trim()).filter(name => name !== '');
  if (names.length === 0) throw new Error(`no drill is named; there are ${DRILL_NAMES}`);
  return names.flatMap(requestsNamed);
}

function requestsNamed(name: string): DrillRequest[] {
  if (Object.hasOwn(SETS, name)) return SETS[name].map(single => ({ kind: 'named', nemeses: [nemesisNamed(single)], isByName: false }));
  if (name.startsWith('random')) return [{ kind: 'random', count: countOf(name) }];
  const nemeses = name.split('+').map(part => nemesisNamed(part.trim()));
  const twice = nemeses.find((nemesis, i) => nemeses.indexOf(nemesis) !== i);
  if (twice) throw new Error(`${twice.name} is named twice in ${name}`);
  return [{ kind: 'named', nemeses, isByName: true }];
}

function nemesisNamed(name: string): Nemesis {
  const found = ALL_NEMESES.find(nemesis => nemesis.name === name);
  if (!found) throw new Error(`there is no drill ${JSON.stringify(name)}, but ${DRILL_NAMES}`);
  return found;
}

function countOf(name: string): number {
  const count = Number(RANDOM.exec(name)?.[1]);
  if (!(count >= 1 && count <= MOST_RANDOM)) throw new Error(`${name} is to be random:N, for N from 1 to ${MOST_RANDOM}`);
  return count;
}
