/** The answer of a region. */
export interface RegionReport {
  readonly region: string;
  /** The regions that are evacuated, as this one knows. */
  readonly evacuated: string[];
  /** The alarms that are in ALARM here. */
  readonly unhealthyAlarms: string[];
  /** Why it could not be asked. */
  readonly error?: string;
}

/**
 * Why some regions must not be deployed to now; nothing, if they may.
 *
 * A deployment is no emergency: what is not known counts against it. Only of regions that an operator has named as lost nothing needs to be known.
 */
export function refusals(targets: string[], lost: string[], reports: RegionReport[]): string[] {
  const evacuated = reports.flatMap(report => report.evacuated.map(region => ({ region, by: report.region })))
    .filter(({ region }) => !lost.includes(region));
  return [
    ...targets.filter(target => lost.includes(target)).map(target => `${target} is named as lost`),
    ...targets.flatMap(target => evacuated.filter(({ region }) => region !== target)
      .map(({ region, by }) => `${region} is evacuated, says ${by}: ${target} may be all that serves`)),
    ...reports.flatMap(({ region, unhealthyAlarms }) => unhealthyAlarms.map(alarm => `${alarm} is in ALARM in ${region}`)),
    ...reports.filter(({ error }) => error !== undefined).map(({ region, error }) => `${region} does not answer (${error})`),
  ];
}

/** The regions that an execution's variable names, of those that there are. */
export function parseLost(variable: string, regions: string[]): string[] {
  const named = variable.split(',').map(name => name.trim());
  return regions.filter(region => named.includes(region));
}
