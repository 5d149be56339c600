import { existingStacks } from './asking';
import { CREDENTIALS } from './before/credentials';
import { DoctorCheck, Patient } from './check';
import { Examined } from './verdicts';
import { Answer, isProblem, settledWithin, valueOf } from '../operate/answers';
import { Identity } from '../operate/region-access';
import { NothingDone } from '../operate/requirements';

/** The time for a check that only looks, and for one that does something, as multiples of that for one answer. */
const LOOKS = 6;
const PROBES = 60;

/** The result of all checks. */
export interface Diagnosis {
  readonly system: string;
  readonly regions: readonly string[];
  /** The principal that the regions take the credentials to be of, if any of them says so. */
  readonly identity?: Identity;
  /** Indicates whether any stack of the system exists; nothing if nobody says so. */
  readonly isDeployed?: boolean;
  readonly at: string;
  readonly examined: readonly Examined[];
  /** The names of checks that would have examined another account. */
  readonly skipped: readonly string[];
}

/** Examines a system by checks that are chosen when it is known whether it is deployed. Throws if there are no credentials at all. */
export async function diagnose(patient: Patient, checksFor: (isDeployed: boolean | undefined) => readonly DoctorCheck[]): Promise<Diagnosis> {
  const { system: { name, regions, stacks }, accesses, seconds } = patient;
  const [identities, deployed] = await Promise.all([
    Promise.all(accesses.map(access => settledWithin(seconds, access.identity()))),
    Promise.all(accesses.map(access => settledWithin(seconds, existingStacks(stacks, access)))),
  ]);
  const refused = identities.filter(isProblem).find(({ isOfCredentials }) => isOfCredentials);
  if (refused && identities.every(isProblem)) throw new NothingDone(refused.problem);

  const answers = deployed.flatMap(answer => valueOf(answer) ?? []);
  const isDeployed = answers.length === 0 ? undefined : answers.some(found => found.size > 0);
  const checks = checksFor(isDeployed);
  // what the regions of another account say would mislead
  const isElsewhere = accountsOf(identities).some((accountId, _, all) => accountId !== (patient.system.accountId ?? all[0]));
  const others = checks.filter(check => check !== CREDENTIALS);
  return {
    system: name,
    regions,
    identity: identities.flatMap(answer => valueOf(answer) ?? [])[0],
    isDeployed,
    at: new Date().toISOString(),
    examined: await Promise.all((isElsewhere ? [CREDENTIALS] : checks).map(check => examine(patient, check))),
    skipped: isElsewhere ? others.map(check => check.name) : [],
  };
}

/** Runs a check, which ends in time. What it could not do is unknown, and stops no other. */
async function examine(patient: Patient, check: DoctorCheck): Promise<Examined> {
  const answer = await settledWithin(patient.seconds * (check.isProbe ? PROBES : LOOKS), check.examine(patient));
  return { check, findings: isProblem(answer) ? [{ verdict: 'unknown', says: answer.problem }] : answer.value };
}

const accountsOf = (identities: ReadonlyArray<Answer<Identity>>): string[] => identities.flatMap(answer => valueOf(answer)?.accountId ?? []);
