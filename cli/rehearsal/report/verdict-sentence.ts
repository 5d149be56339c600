import { DrillReport, Report } from './report';
import { count, duration, list, plural } from './words';
import { Fault, Sent } from '../workload/workload';

/** More faults than these are counted, and not told one by one. */
const FAULTS_TOLD = 2;

/** The words of a sentence for what becomes of a region by a fault; others are called by their names. */
const WHAT_HAPPENED: Readonly<Record<string, string>> = {
  freeze: 'froze',
  evacuate: 'was evacuated',
  partition: 'was cut off',
  kill: 'was killed',
};

/** Says in one sentence what was lost, and what was proven. */
export function verdictSentence(report: Report): string {
  const { verdict, drills, counts } = report;
  const failed = drills.filter(drill => drill.verdict === 'failed');
  const facts = factsOf(report);
  const withFacts = (text: string) => `${[text, facts.join(', ')].filter(Boolean).join(': ')}.`;
  switch (verdict) {
    case 'passed':
      if (drills.length > 0) return withFacts(`Survived ${plural(drills.length, 'drill')}`);
      return counts.passed === 0 ? 'Nothing was tried: no drill ran, and no check was made.' : `No drill ran, and ${plural(counts.passed, 'check')} passed.`;
    case 'failed': {
      const checks = plural(counts.failed, 'check');
      if (failed.length === 0) return withFacts(drills.length === 0 ? `Failed: ${checks} of the deployment did not hold` : `Failed: ${checks} outside of the drills did not hold`);
      return withFacts(`Failed ${count(failed.length)} of ${plural(drills.length, 'drill')} (${list(failed.map(drill => drill.name))}), ${checks} did not hold`);
    }
    case 'unknown':
      return withFacts(`Nothing failed, but this machine was too slow to tell ${plural(counts.unknown, 'check')}`);
  }
}

function factsOf({ drills, operations }: Report): string[] {
  if (drills.length === 0) return [];
  const faults = drills.flatMap(drill => drill.faults);
  return [...faultsOf(faults), ...recoveryOf(drills), ...operations.length === 0 ? [] : lossesOf(drills, operations), ...doubledOf(drills)];
}

function faultsOf(faults: readonly Fault[]): string[] {
  if (faults.length <= FAULTS_TOLD) return faults.map(faultPhrase);
  return [`${plural(faults.length, 'fault')} in ${plural(new Set(faults.flatMap(fault => fault.regions)).size, 'region')}`];
}

/** Returns a phrase such as `ap-southeast-2 froze for 24 s`. */
export function faultPhrase({ nemesis, regions, at, until }: Fault): string {
  const where = list(regions);
  const known = WHAT_HAPPENED[nemesis];
  const what = known === undefined ? `${nemesis}${where === '' ? '' : ` in ${where}`}` : `${where} ${regions.length > 1 ? known.replace(/^was/, 'were') : known}`;
  return `${what} ${until === undefined ? 'and stayed so' : `for ${duration(until - at)}`}`;
}

function recoveryOf(drills: readonly DrillReport[]): string[] {
  const times = drills.flatMap(({ recoveryTimeMs }) => recoveryTimeMs ?? []);
  if (times.length === 0) return drills.some(drill => drill.faults.length > 0 && drill.requests > 0) ? ['customers were always served'] : [];
  return [`customers were served again after ${times.length > 1 ? 'at most ' : ''}${duration(Math.max(...times))}`];
}

function isAcknowledged({ operation, outcome, isReadBack }: Sent): boolean {
  return operation.action === 'write' && outcome?.type === 'ok' && !isReadBack;
}

function lossesOf(drills: readonly DrillReport[], operations: Report['operations']): string[] {
  const acknowledged = new Set(operations.filter(isAcknowledged).map(sent => sent.operation.key)).size;
  if (acknowledged === 0) return ['no write was acknowledged'];
  return [`${count(sum(drills, 'lost'))} of ${plural(acknowledged, 'acknowledged write')} lost`];
}

function doubledOf(drills: readonly DrillReport[]): string[] {
  const doubled = sum(drills, 'doubled');
  const unexplained = doubled - sum(drills, 'explained');
  if (doubled === 0) return ['0 doubled'];
  return [`${count(doubled)} doubled (${unexplained === 0 ? 'a fault explains each' : `no fault explains ${count(unexplained)}`})`];
}

function sum(drills: readonly DrillReport[], what: 'lost' | 'doubled' | 'explained'): number {
  return drills.reduce((total, drill) => total + drill[what], 0);
}
