import { DrillReport, EmulationReport, Report, SectionReport } from './report';
import { checksOf, verdictOf } from './section-checks';
import { SystemDescription } from '../../system/system-description';
import { Transcript, Section } from '../telling/transcript';
import { History } from '../workload/history';
import { Execution } from '../workload/workload';

export interface ReportProps extends Pick<Report, 'kind'> {
  readonly app: string;
  /** The command that repeats it. */
  readonly command: string;
  readonly system: SystemDescription;
  readonly seed: number;
  readonly transcript: Transcript;
  readonly history: History;
  readonly drills: readonly DrillReport[];
  readonly executions: readonly Execution[];
  readonly emulation: EmulationReport;
}

/** Puts together what is known of a rehearsal until now. */
export function makeReport({ kind, app, command, system, seed, transcript, history, drills, executions, emulation }: ReportProps): Report {
  const { passed, failed, tooSlow: unknown } = transcript;
  const sections = transcript.allSections;
  return {
    version: 1,
    ...kind === undefined ? {} : { kind },
    app,
    command,
    system: system.name,
    regions: system.regions,
    startedAt: new Date(history.startedAt.wall).toISOString(),
    durationMs: history.now(),
    seed,
    verdict: verdictOf(sections.flatMap(section => checksOf(section))),
    counts: { passed, failed, unknown },
    drills,
    sections: sections
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

function sectionReport(section: Section): SectionReport {
  return { title: section.title, notes: section.entries.flatMap(entry => (entry.kind === 'note' ? [entry.text] : [])), checks: checksOf(section) };
}
