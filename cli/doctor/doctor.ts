import { writeFileSync } from 'fs';
import { AFTER } from './after/all-checks';
import { BEFORE } from './before/all-checks';
import { DoctorCheck, Patient } from './check';
import { diagnose } from './diagnosis';
import { renderMarkdown } from './markdown';
import { PacedAccess } from './paced-access';
import { renderText, summary } from './report';
import { countOf, worstOf } from './verdicts';
import { askedSystem, requireDescription, SystemOptions } from '../operate/asked-system';
import { loadWorkload } from '../rehearsal/workload/load-workload';

const ALL: readonly DoctorCheck[] = [...BEFORE, ...AFTER];

/** The options of the command. */
export interface DoctorOptions extends SystemOptions {
  readonly before?: boolean;
  readonly after?: boolean;
  readonly probe?: boolean;
  readonly only?: readonly string[];
  readonly workload?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly report?: string;
}

/** Says what is wrong about the options, before anything is asked. */
export function usageProblem({ before, after, only }: DoctorOptions, checks: readonly DoctorCheck[] = ALL): string | undefined {
  if (before && after) return '--before and --after exclude each other: without any of them it is both if the system is deployed';
  const unknown = only?.find(name => !checks.some(check => check.name === name));
  return unknown === undefined ? undefined : `there is no check "${unknown}", but ${checks.map(({ name }) => name).join(', ')}`;
}

/** Chooses the checks to be done. Those that are named are done whether the system is deployed or not. */
export function chosen(options: DoctorOptions, isDeployed: boolean | undefined, checks: readonly DoctorCheck[] = ALL): DoctorCheck[] {
  const { before, after, probe, only } = options;
  const isWanted = ({ name, when }: DoctorCheck) => {
    if (before || after) return (when === 'before deployment') === (before === true) && (only?.includes(name) ?? true);
    return only ? only.includes(name) : when === 'before deployment' || isDeployed === true;
  };
  return checks.filter(check => isWanted(check) && (probe || !check.isProbe));
}

/** Examines a system, and tells what it found. Throws one line if something failed. */
export async function doctor(options: DoctorOptions, version: string, out: (text: string) => void): Promise<void> {
  const system = askedSystem(options);
  requireDescription(system, 'what it needs of its regions');
  const patient: Patient = {
    system,
    accesses: system.regions.map(region => new PacedAccess(region, options)),
    seconds: options.timeout,
    workload: options.workload === undefined ? undefined : await loadWorkload(options.workload),
  };
  const diagnosis = await diagnose(patient, isDeployed => chosen(options, isDeployed));
  const { examined } = diagnosis;
  if (options.report !== undefined) writeFileSync(options.report, renderMarkdown(diagnosis, version));
  out(options.json ? `${JSON.stringify({ version, ...diagnosis, examined: examined.map(({ check, findings }) => ({ ...check, verdict: worstOf(findings), findings })) })}\n` : renderText(diagnosis));
  if (countOf('failed', examined) > 0 || (options.strict && countOf('unknown', examined) > 0)) throw new Error(`${system.name} is not well: ${summary(examined)}`);
}
