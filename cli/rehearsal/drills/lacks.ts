import { DrillRegion } from './drill-region';
import { PlannedStage } from './nemesis';

/** Says what a system lacks, or nothing. */
type Lack = (stage: PlannedStage<DrillRegion>) => string | undefined;

export const ONE_REGION: Lack = ({ regions }) => (regions.length < 2 ? 'the system has one region only' : undefined);
export const NO_API: Lack = ({ system }) => (system.apis.length === 0 ? 'the system has no API' : undefined);
export const NO_DOMAIN: Lack = stage => NO_API(stage) ?? (stage.route53 === undefined ? 'the API has no domain, so that nobody is led elsewhere' : undefined);
export const NO_TABLE: Lack = ({ system }) => (system.tables.length === 0 ? 'the system has no table' : undefined);
export const NO_ARCHIVE: Lack = ({ system }) => (system.buses.every(({ archive }) => archive === undefined) ? 'no bus has an archive' : undefined);
export const NO_WORKLOAD: Lack = ({ workload }) => (workload === undefined ? 'there is no workload' : undefined);
export const NO_POISON: Lack = stage => NO_WORKLOAD(stage) ?? (stage.workload!.poison === undefined ? 'the workload has no poison' : undefined);
export const NO_DEAD_LETTERS: Lack = ({ system }) => (
  system.deadLetters.length === 0 && system.queues.every(({ deadLetterQueue }) => deadLetterQueue === undefined) ? 'the system has no dead-letter queue' : undefined
);

/** Returns the first of several that is lacking. */
export function anyOf(...lacks: readonly Lack[]): Lack {
  return stage => lacks.map(lack => lack(stage)).find(lack => lack !== undefined);
}
