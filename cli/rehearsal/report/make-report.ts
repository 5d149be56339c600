import { CheckReport, DrillReport, EmulationReport, Report, SectionReport } from './report';
import { SystemDescription } from '../system/system-description';
import { Account, Section } from '../telling/account';
import { History } from '../workload/history';
import { Execution } from '../workload/workload';

export interface ReportProps {
  readonly app: string;
  readonly system: SystemDescription;
  readonly seed: number;
  readonly account: Account;
  readonly history: History;
  readonly drills: readonly DrillReport[];
  readonly executions: readonly Execution[];
  readonly emulation: EmulationReport;
}

/** Puts together what is known of a rehearsal until now. */
export function makeReport({ app, system, seed, account, history, drills, executions, emulation }: ReportProps): Report {
  const { passed, failed, tooSlow: unknown } = account;
  return {
    version: 1,
    app,
    system: system.name,
    regions: system.regions,
    startedAt: new Date(history.startedAt.wall).toISOString(),
    durationMs: history.now(),
    seed,
    verdict: verdictOf({ failed, unknown }),
    counts: { passed, failed, unknown },
    drills,
    sections: account.allSections
      .filter(({ entries, title }) => entries.length > 0 && !drills.some(drill => drill.title === title))
      .map(sectionReport),
    samples: history.samples,
    operations: history.sent,
    executions,
    faults: history.faults,
    moments: history.moments,
    emulation,
  };
}

/** A failure outweighs what could not be told. */
export function verdictOf({ failed, unknown }: { readonly failed: number; readonly unknown: number }): Report['verdict'] {
  if (failed > 0) return 'failed';
  return unknown > 0 ? 'unknown' : 'passed';
}

/** The checks of a section, as a report has them. */
export function checksOf({ entries }: Section): CheckReport[] {
  return entries.flatMap(entry => (entry.kind === 'check'
    ? [{ claim: entry.claim, outcome: entry.outcome === 'too slow' ? 'unknown' as const : entry.outcome, summary: entry.detail }]
    : []));
}

function sectionReport(section: Section): SectionReport {
  return { title: section.title, notes: section.entries.flatMap(entry => (entry.kind === 'note' ? [entry.text] : [])), checks: checksOf(section) };
}
