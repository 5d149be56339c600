import { LOST_REGIONS, OperatorWord, UNHEALTHY_REGIONS } from './constants';

/** The regions that an operator has named, of those of one system. */
export interface NamedRegions {
  /** Lost: they are not deployed to, and nothing is asked of them. */
  readonly lost: string[];
  /** Unhealthy, and to be cured by this execution: they are deployed to, and neither their alarms nor their evacuation count. */
  readonly unhealthy: string[];
}

/** Reads an operator's word. Throws if it names a region that no system of the pipeline has: it would do nothing, unnoticed. */
export function parseWord(word: OperatorWord, systemRegions: string[], knownRegions: string[]): NamedRegions {
  const ofSystem = (named: string[]) => systemRegions.filter(region => named.includes(region));
  return {
    lost: ofSystem(parseRegions(LOST_REGIONS, word.lost, knownRegions)),
    unhealthy: ofSystem(parseRegions(UNHEALTHY_REGIONS, word.unhealthy, knownRegions)),
  };
}

/** Reads names of regions, separated by commas. Throws, naming the variable, if one is not known. */
export function parseRegions(variable: string, value: string, known: string[]): string[] {
  const named = value.split(',').map(name => name.trim()).filter(name => name !== '' && name !== 'none');
  const unknown = named.filter(name => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${variable} names ${unknown.join(', ')}; allowed: ${known.join(', ')}`);
  return named;
}
