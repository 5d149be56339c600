import { Fis } from './fis/fis';
import { fisNemesis } from './fis/fis-nemesis';
import { Restorations } from './restorations';
import { RegionAccess } from '../operate/region-access';
import { DrillRegion } from '../rehearsal/drills/drill-region';
import { EVACUATE } from '../rehearsal/drills/nemeses/evacuate';
import { DrillPlan, Nemesis, PlannedStage } from '../rehearsal/drills/nemesis';
import { pick } from '../rehearsal/drills/targets';
import { UserError } from '../rehearsal/machine/user-error';

/** Milliseconds of steady load before a fault. */
const AFTER_MS = 5000;

export interface PlansProps {
  readonly evacuates: boolean;
  /** The region to evacuate, if somebody has named it. */
  readonly hit?: string;
  /** Experiment templates of FIS, each with the way into its region. */
  readonly experiments: readonly { readonly template: string; readonly access: RegionAccess }[];
  /** The least time that a fault lasts. */
  readonly holdMs: number;
  /** The regions that customers are near to. */
  readonly near: readonly string[];
  readonly restorations: Restorations;
  readonly runId: string;
}

/** Decides what is done to which region. */
export function plansFor(stage: PlannedStage<DrillRegion>, props: PlansProps): DrillPlan<DrillRegion>[] {
  const { evacuates, hit, experiments, holdMs, near, restorations, runId } = props;
  const planned = (nemesis: Nemesis<DrillRegion>, target: string) => (
    { name: nemesis.name, faults: [{ nemesis, targets: [target], afterMs: AFTER_MS, forMs: holdMs }] }
  );
  if (evacuates && hit !== undefined && !near.includes(hit)) {
    throw new UserError(`The name leads to ${near.join(', ')} from here, so that nobody here would notice that ${hit} is evacuated: run this near ${hit}.`);
  }
  return [
    ...evacuates ? [planned(EVACUATE, hit ?? pick(near, stage.random))] : [],
    ...experiments.map(({ template, access }) => planned(fisNemesis({ fis: new Fis(access), template, restorations, runId }), access.region)),
  ];
}
