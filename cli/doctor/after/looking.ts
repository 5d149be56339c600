import { settled } from '../../operate/answers';
import { RegionAccess } from '../../operate/region-access';
import { SystemDescription } from '../../system/system-description';
import { Finding, Patient } from '../check';

/** Looks at all regions side by side. One that cannot be looked at is a finding of its own, and fails none of the others. */
export async function inEachRegion({ accesses }: Patient, look: (access: RegionAccess) => Promise<readonly Finding[]>): Promise<Finding[]> {
  const all = await Promise.all(accesses.map(async access => {
    const answer = await settled(look(access));
    return 'problem' in answer ? [cannotLook(access.region, answer.problem)] : answer.value;
  }));
  return all.flat();
}

/** Returns a finding about a region that cannot be looked at. */
export function cannotLook(region: string, problem: string): Finding {
  return { region, verdict: 'unknown', says: `it cannot be looked at: ${problem}` };
}

/** Returns the finding where there is no assembly, which alone says what to look at. */
export function needsAssembly(what: string): Finding[] {
  return [{ verdict: 'unknown', says: `only the assembly says ${what}`, advice: 'name it by --assembly' }];
}

/** Returns the finding of a system that has nothing of the kind. */
export function nothingToLookAt(what: string): Finding[] {
  return [{ verdict: 'ok', says: `there is nothing to look at: the system has ${what}` }];
}

/** Examines what an assembly describes. */
export function examineDescribed(
  what: string, examine: (patient: Patient, description: SystemDescription) => Promise<readonly Finding[]>,
): (patient: Patient) => Promise<readonly Finding[]> {
  return async patient => (patient.system.description ? examine(patient, patient.system.description) : needsAssembly(what));
}
