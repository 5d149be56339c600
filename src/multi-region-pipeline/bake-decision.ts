import { inAlarmText, silentText } from './region-finding';

/** The alarms that a bake has just seen in a region. */
export interface AlarmReport {
  readonly region: string;
  readonly inAlarm: string[];
  /** The alarms that were to be watched and do not exist. */
  readonly missing: string[];
  /** The reason why it could not be asked. */
  readonly error?: string;
}

/** The state of a bake. */
export interface BakeState {
  readonly elapsedMinutes: number;
  readonly minutes: number;
  /** Since when some region has not answered, in minutes from now. */
  readonly silentMinutes: number;
  /** Indicates whether the stage is being rolled back. */
  readonly isRollback: boolean;
  /** The regions that an operator has named as unhealthy. */
  readonly unhealthy: string[];
}

export type BakeVerdict = { readonly goesOn: string } | { readonly succeeds: string } | { readonly fails: string };

/** A region that is silent for longer than this cannot be said to be well. */
export const MAX_SILENCE_MINUTES = 5;

/**
 * Says whether a bake goes on, and how it ends.
 *
 * It fails as soon as an alarm is in ALARM, which takes the stage back. Two kinds of region only wait for their alarms to be over, as long as the bake lasts, and do not fail: one that is being rolled back, because a failure
 * would lead nowhere; and one that an operator has named as unhealthy, because its alarms are what the execution is to cure.
 */
export function judge(state: BakeState, reports: AlarmReport[]): BakeVerdict {
  const { elapsedMinutes, minutes, isRollback } = state;
  const excused = (region: string) => isRollback || state.unhealthy.includes(region);
  const red = reports.flatMap(({ region, inAlarm }) => inAlarm.map(alarm => ({ region, text: inAlarmText(region, alarm) })));
  const silent = reports.filter(({ error }) => error !== undefined).map(({ region, error }) => ({ region, text: silentText(region, error) }));
  const missing = reports.flatMap(report => report.missing.map(alarm => ({ region: report.region, text: `there is no alarm ${alarm} in ${report.region}` })));
  const bad = [...red, ...missing, ...state.silentMinutes >= MAX_SILENCE_MINUTES ? silent : []].filter(({ region }) => !excused(region));
  if (bad.length > 0) return { fails: texts(bad) };
  const seen = [...red, ...silent, ...missing];
  if (isRollback && seen.length === 0) return { succeeds: 'rolled back, and no alarm is in ALARM' };
  if (elapsedMinutes < minutes) return { goesOn: seen.length > 0 ? texts(seen) : `${Math.floor(elapsedMinutes)} of ${minutes} minutes without ALARM` };
  if (silent.some(({ region }) => !excused(region))) return { goesOn: texts(silent) };
  return { succeeds: seen.length > 0 ? `ends although ${texts(seen)}` : `${minutes} minutes without ALARM` };
}

const texts = (findings: { readonly text: string }[]): string => findings.map(({ text }) => text).join('; ');
