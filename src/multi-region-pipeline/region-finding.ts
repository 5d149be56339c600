/** Says that an alarm is in ALARM. */
export const inAlarmText = (region: string, alarm: string): string => `${alarm} is in ALARM in ${region}`;

/** Says that a region does not answer, by the name of the error. */
export const silentText = (region: string, error: string | undefined): string => `${region} does not answer (${error})`;
