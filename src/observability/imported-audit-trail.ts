import { Aspects, CfnOutput } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct, IConstruct } from 'constructs';
import { IAuditTrail } from './i-audit-trail';
import { invalidProp, requireLiteral } from '../system/errors';
import { Layout } from '../system/layout';
import { MultiRegionSystem } from '../system/multi-region-system';
import { onceWritesAreRecorded } from '../system/recorded-writes';

const OUTPUT = 'TrailArn';

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

/** A trail that something else made. An output of the global stack names it for those who look for the system's trail. */
export class ImportedAuditTrail extends Construct implements IAuditTrail {
  public readonly trailArn: string;

  constructor(scope: Construct, id: string, trailArn: string) {
    super(scope, id);
    const layout = Layout.of(this);
    const { system } = layout;
    const { partition } = RegionInfo.get(system.primaryRegion);
    requireLiteral(this, 'trailArn', trailArn, new RegExp(`^arn:${partition}:cloudtrail:[a-z0-9-]+:\\d{12}:trail/[\\w.-]+$`),
      `the literal ARN of a trail in the partition ${partition}`);
    requireOnlyTrail(this, system);
    this.trailArn = trailArn;
    onceWritesAreRecorded(this, () => system._notify('warning', this, 'cdk-multi-region:decisionsNotRecorded',
      `who evacuates a region of ${system.node.path}, or forces or forbids a takeover, is in no trail unless the owner of ${trailArn} records data events of the control table and the ledgers. Have them added and `
      + 'acknowledge this, or make an AuditTrail with managementEvents NONE in its place, which records them and costs next to nothing'));
    // at synthesis, because an output alone makes no stack that can be deployed
    Aspects.of(this).add({ visit: node => node === this && system._hasGlobalStack && this.nameIn(layout.global) });
  }

  private nameIn(scope: Construct): void {
    if (scope.node.tryFindChild(OUTPUT)) return;
    new CfnOutput(scope, OUTPUT, { value: this.trailArn, description: 'records who did what in this account; made elsewhere' });
  }
}
