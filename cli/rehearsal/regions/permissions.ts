import { writeFileSync } from 'fs';
import { LocalRegion } from './local-region';
import { Section } from '../telling/transcript';

/** The numbers of IAM's denials, by region and message. */
export type Denials = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The report of a local region on the calls that it judged by IAM. */
export interface PermissionReport {
  /** The number of calls, by the role or service that made them. */
  readonly checked: Record<string, number>;
  readonly denied: { readonly who: string; readonly message: string; readonly times: number }[];
  /** The actions that a role may do and was never seen to do. */
  readonly unused: Record<string, string[]>;
}

/**
 * Reports one claim for all regions: the app is denied nothing.
 *
 * @param expected what drills took permissions away for, and how often that was denied
 */
export async function reportPermissions(section: Section, regions: LocalRegion[], file: string, expected: Denials[] = []): Promise<void> {
  await section.check('IAM denies the app nothing that it does', async () => {
    return summaryOf((await writePermissions(regions, file)).map(report => without(report, expected)));
  });
}

/** Returns a report without the denials that were expected in its region. */
export function without(report: RegionReport, expected: Denials[]): RegionReport {
  const timesOf = (message: string) => expected.reduce((sum, denials) => sum + (denials.get(report.region)?.get(message) ?? 0), 0);
  const denied = report.denied.map(({ times, ...denial }) => ({ ...denial, times: times - timesOf(denial.message) }));
  return { ...report, denied: denied.filter(({ times }) => times > 0) };
}

export interface RegionReport extends PermissionReport {
  readonly region: string;
}

/** Writes down what was checked in all regions, and what no drill used. */
export async function writePermissions(regions: LocalRegion[], file: string): Promise<RegionReport[]> {
  const reports = await Promise.all(regions.map(async region => ({ region: region.name, ...await permissionsOf(region) })));
  writeFileSync(file, reports.map(describe).join('\n'));
  return reports;
}

/** Throws if anything was denied. */
export function summaryOf(reports: PermissionReport[]): string {
  const denied = reports.flatMap(report => report.denied);
  if (denied.length > 0) {
    throw new Error(`denied: ${denied.map(({ message, times }) => `${message} (${times} times)`).join('; ')}`);
  }
  return `${callsOf(reports)}, none was denied`;
}

/** Describes how many calls were checked, of how many callers. */
export function callsOf(reports: PermissionReport[]): string {
  const callers = reports.flatMap(report => Object.entries(report.checked));
  return `${callers.reduce((sum, [, calls]) => sum + calls, 0)} calls of ${callers.length} roles and services were checked`;
}

function describe({ region, checked, unused }: RegionReport): string {
  return [
    `Calls in ${region} that were checked, by role or service:`,
    ...Object.entries(checked).sort().map(([who, calls]) => `  ${who}: ${calls}`),
    `What roles in ${region} may do and no drill used (logs, traces and deployments are not emulated as calls of a role):`,
    // Those that the CDK brings with its bootstrap stack are not the app's
    ...Object.entries(unused).filter(([role]) => !role.startsWith('cdk-')).sort().flatMap(([role, actions]) => [`  ${role}`, ...actions.map(action => `    ${action}`)]),
    '',
  ].join('\n');
}

export async function permissionsOf({ endpoint }: Pick<LocalRegion, 'endpoint'>): Promise<PermissionReport> {
  const answer = await fetch(`${endpoint}/_local-region/permissions`, { signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(await answer.text());
  return await answer.json() as PermissionReport;
}
