import { RATE } from '../rehearsal/workload/customer';
import { Workload } from '../rehearsal/workload/workload';

/** Operations a second of all customers together: a game day tests regions, and not their throughput. */
export const MOST_RATE = 20;

/**
 * Returns a workload whose customers do no more than they may.
 *
 * @param places how many regions customers are near to
 * @param rate the operations a second of all customers together, if somebody has named them
 */
export function boundedWorkload(workload: Workload, places: number, rate?: number): Workload {
  const { rate: own = RATE, customers = 1 } = workload;
  const all = customers * places;
  return { ...workload, rate: Math.min(rate ?? own * all, MOST_RATE) / all };
}
