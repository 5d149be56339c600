/** A public hosted zone of Route 53. */
export interface HostedZone {
  readonly id: string;
  readonly name: string;
}

/** Stands in for the zone that a team has before it deploys. */
export const HOSTED_ZONE: HostedZone = { id: 'Z0REHEARSAL', name: 'example.com' };
