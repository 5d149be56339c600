import { Answer, settledWithin } from './answers';
import { AskedSystem } from './asked-system';
import { ControlTable, Evacuations } from './control-table';
import { isMissing } from './problem';
import { Identity, RegionAccess } from './region-access';
import { requireAnswers } from './requirements';

/** The view that a region has of itself and of the others. */
export interface RegionView {
  readonly region: string;
  /** The evacuations that its replica of the control table has, by region. */
  readonly evacuations: Answer<Evacuations>;
  /** Indicates whether its APIs answer health checks; nothing if it has none that is asked for by a name of its own. */
  readonly isHealthy?: Answer<boolean>;
  /** The principal that it takes the credentials to be of. */
  readonly identity: Answer<Identity>;
}

/** Asks some regions side by side what they know; one that is silent costs the others no time. */
export async function viewsOf(system: AskedSystem, accesses: readonly RegionAccess[], seconds: number): Promise<RegionView[]> {
  return Promise.all(accesses.map(async access => {
    const [evacuations, identity, isHealthy] = await Promise.all([
      settledWithin(seconds, evacuationsIn(system, access)),
      settledWithin(seconds, access.identity()),
      healthOf(system, access, seconds),
    ]);
    return { region: access.region, evacuations, identity, isHealthy };
  }));
}

/** Throws one line if no region can be asked at all, or if they are of another account than the system. */
export function requireViews(system: AskedSystem, views: readonly RegionView[]): void {
  requireAnswers(system, views.map(({ region, evacuations, identity }) => ({ region, answer: evacuations, identity })));
}

async function evacuationsIn({ name, regions, controlTable }: AskedSystem, access: RegionAccess): Promise<Evacuations> {
  try {
    return await ControlTable.in(access, controlTable).evacuationsOf(regions);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Error(`${name} is not deployed there, or has no evacuation switch: there is no table ${controlTable}`, { cause: error });
  }
}

/** Asks each API of a region as a health check of Route 53 does. */
async function healthOf({ description }: AskedSystem, access: RegionAccess, seconds: number): Promise<Answer<boolean> | undefined> {
  const asked = (description?.apis ?? []).flatMap(({ regionalNames, healthPath }) => {
    const host = regionalNames[access.region];
    return host === undefined ? [] : [access.get(host, healthPath)];
  });
  if (asked.length === 0) return undefined;
  return settledWithin(seconds, Promise.all(asked).then(answers => answers.every(({ status }) => status >= 200 && status < 400)));
}
