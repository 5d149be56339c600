import { CfnOutput } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct, IConstruct } from 'constructs';
import type { IAuditTrail } from './audit-trail';
import { invalidProp, requireLiteral } from '../system/errors';
import { Layout } from '../system/layout';
import { MultiRegionSystem } from '../system/multi-region-system';

/** The trail of each system. */
const TRAILS = new WeakMap<MultiRegionSystem, IConstruct>();

/** Throws if a system has another trail: each would record the same, and cost again. */
export function requireOnlyTrail(trail: IConstruct, system: MultiRegionSystem): void {
  const existing = TRAILS.get(system);
  if (existing) {
    throw invalidProp(trail, 'AuditTrail', trail.node.path, `one in a system, which is ${existing.node.path}`);
  }
  TRAILS.set(system, trail);
}

/** A trail that something else made. The outputs tell those who look for the system's trail where to find it. */
export class ImportedAuditTrail extends Construct implements IAuditTrail {
  public readonly trailArn: string;

  constructor(scope: Construct, id: string, trailArn: string) {
    super(scope, id);
    const layout = Layout.of(this);
    const { partition } = RegionInfo.get(layout.system.primaryRegion);
    requireLiteral(this, 'trailArn', trailArn, new RegExp(`^arn:${partition}:cloudtrail:[a-z0-9-]+:\\d{12}:trail/[\\w.-]+$`),
      `the literal ARN of a trail in the partition ${partition}`);
    requireOnlyTrail(this, layout.system);
    this.trailArn = trailArn;
    new CfnOutput(layout.globalShare, 'TrailArn', { value: trailArn, description: 'records who did what in this account; made elsewhere' });
  }
}
