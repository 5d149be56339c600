import { Checker } from '../workload';

/** Makes a checker of a claim, as the report shows it, and what judges it. */
export function checker(name: string, check: Checker['check']): Checker {
  return { name, check };
}
