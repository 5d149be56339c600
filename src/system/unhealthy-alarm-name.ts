/** Returns the name of the composite alarm of a region, of a system or a unit, by what its names begin with. */
export function unhealthyAlarmName(namePrefix: string, region: string): string {
  return `${namePrefix}-${region}-unhealthy`;
}
