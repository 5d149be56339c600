import { IConstruct } from 'constructs';

/** A record of who did what in the account of a system. */
export interface IAuditTrail extends IConstruct {
  /** The trail's ARN. */
  readonly trailArn: string;
}
