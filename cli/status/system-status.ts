import { Admission, admissionOf } from './admission';
import { Alarms, alarmsIn } from './alarms';
import { DeadLetters, deadLettersIn } from './dead-letters';
import { Deployments, deploymentsIn } from './deployments';
import { Lead, leadsOf } from './dns';
import { evacuationsIn } from './evacuations';
import { Pair, pairsOf } from './pairs';
import { Probes, probesOf } from './probes';
import { RegionClients } from './region-clients';
import { heartbeatAgesIn, ReplicationMetrics, replicationMetricsIn } from './replication';
import { WorkflowState, workflowsIn } from './workflows';
import { Answer, isProblem, Problem, settledWithin, valueOf } from '../operate/answers';
import { AskedSystem, SystemOptions } from '../operate/asked-system';
import { Evacuations } from '../operate/control-table';
import { Identity, RegionAccess } from '../operate/region-access';
import { NothingDone, requireAccount } from '../operate/requirements';

/** The answers of a region. Each piece is an answer of its own; what cannot be known of the system is left out. */
export interface RegionAnswers {
  readonly region: string;
  readonly identity: Answer<Identity>;
  readonly probes: Probes;
  readonly evacuations?: Answer<Evacuations | undefined>;
  readonly metrics?: Answer<ReplicationMetrics>;
  readonly heartbeats?: Answer<Readonly<Record<string, number>>>;
  readonly deadLetters?: Answer<DeadLetters>;
  readonly workflows?: Answer<readonly WorkflowState[]>;
  readonly deployments: Answer<Deployments>;
  readonly alarms: Answer<Alarms>;
}

export interface RegionStatus extends RegionAnswers {
  readonly admission: Admission;
}

export interface SystemStatus {
  readonly system: string;
  /** The time at which it was asked. */
  readonly at: Date;
  readonly regions: readonly RegionStatus[];
  readonly pairs: readonly Pair[];
  /** The targets of names; nothing where they lead nowhere outside of this machine. */
  readonly leads?: readonly Lead[];
  /** The table that evacuations are written to, if the system has one. */
  readonly controlTable?: string;
  /** Indicates whether there was an assembly to say what the system consists of. */
  readonly isDescribed: boolean;
}

/** Asks all regions side by side for all that there is to know. Throws one line if the credentials are of no use, or if no region knows the system. */
export async function statusOf(system: AskedSystem, options: SystemOptions): Promise<SystemStatus> {
  const { name, regions, description } = system;
  const at = new Date();
  const accesses = regions.map(region => new RegionAccess(region, options));
  const [answers, leads] = await Promise.all([
    Promise.all(accesses.map(access => answersOf(system, access, options.timeout))),
    accesses.some(({ isLocal }) => isLocal) ? undefined : leadsOf(description?.apis ?? [], options.timeout),
  ]);
  requireCredentials(system, answers);
  requireSystem(system, answers);
  return {
    system: name,
    at,
    regions: answers.map(answer => ({ ...answer, admission: admissionOf(answer.region, answers, description?.retiringRegions ?? []) })),
    pairs: pairsOf(answers),
    ...leads && { leads },
    ...hasSwitch(system) && { controlTable: system.controlTable },
    isDescribed: description !== undefined,
  };
}

/** Only an assembly can say that there is none. */
const hasSwitch = ({ description }: AskedSystem) => description === undefined || description.controlTable !== undefined;

async function answersOf(system: AskedSystem, access: RegionAccess, seconds: number): Promise<RegionAnswers> {
  const { name, description } = system;
  const { region } = access;
  const clients = new RegionClients(access);
  const identified = access.identity();
  const within = <T>(question: Promise<T>) => settledWithin(seconds, question);
  const stackNames = system.stacks.filter(stack => stack.region === region).map(({ stackName }) => stackName);
  const [identity, probes, evacuations, metrics, heartbeats, deadLetters, workflows, deployments, alarms] = await Promise.all([
    within(identified),
    probesOf(system, access, seconds),
    hasSwitch(system) ? within(evacuationsIn(system, clients)) : undefined,
    description && within(replicationMetricsIn(description, region, clients, !access.isLocal)),
    description && within(heartbeatAgesIn(description, clients)),
    description && within(deadLettersIn(description, clients)),
    description && within(workflowsIn(description, region, clients, () => identified)),
    within(deploymentsIn({ name, stackNames, description }, clients)),
    within(alarmsIn(name, clients)),
  ]);
  await clients.destroy();
  return {
    region,
    identity,
    probes,
    ...evacuations && { evacuations },
    ...metrics && { metrics },
    ...heartbeats && { heartbeats },
    ...deadLetters && { deadLetters },
    ...workflows && { workflows },
    deployments,
    alarms,
  };
}

/** Requires credentials that some region accepts: one that the account has not enabled refuses credentials that are good elsewhere. */
function requireCredentials({ name, accountId }: AskedSystem, answers: readonly RegionAnswers[]): void {
  const refused = answers.flatMap(({ identity }) => (isProblem(identity) ? [identity] : [])).filter(({ isOfCredentials }) => isOfCredentials);
  if (refused.length > 0 && answers.every(({ identity }) => isProblem(identity))) throw new NothingDone(refused[0].problem);
  const other = answers.flatMap(({ identity }) => valueOf(identity)?.accountId ?? []).find(found => accountId !== undefined && found !== accountId);
  requireAccount({ name, accountId }, other);
}

/** Nothing that is wrong is no good news where nothing is there. */
function requireSystem({ name, controlTable }: AskedSystem, answers: readonly RegionAnswers[]): void {
  const hasNothing = ({ evacuations, deployments, alarms }: RegionAnswers) => (
    isMissing(evacuations) && !valueOf(deployments)?.stacks.length && !valueOf(alarms)?.names.length && !valueOf(alarms)?.composites.length);
  if (answers.every(answer => hasNothing(answer) || isAllSilent(answer)) && !answers.every(isAllSilent)) {
    throw new NothingDone(`${name} is not deployed in ${answers.filter(hasNothing).map(({ region }) => region).join(', ')}, or has no evacuation switch: there is no table ${controlTable}`);
  }
}

/** Returns whether a region has answered that there is no such table. */
export const isMissing = (evacuations: RegionAnswers['evacuations']): boolean => evacuations !== undefined && !isProblem(evacuations) && evacuations.value === undefined;

/** Returns the pieces of a region that nobody knows, with what is wrong. */
export function problemsOf(answers: RegionAnswers): [what: string, problem: Problem][] {
  const { identity, probes, evacuations, metrics, heartbeats, deadLetters, workflows, deployments, alarms } = answers;
  const pieces: [string, Answer<unknown> | undefined][] = [
    ['account', identity], ['evacuations', evacuations], ['health', probes.isHealthy], ['evacuated peers', probes.evacuated], ['metrics of replication', metrics],
    ['heartbeats', heartbeats], ['dead letters', deadLetters], ['workflows', workflows], ['stacks', deployments], ['alarms', alarms],
  ];
  return pieces.flatMap(([what, answer]) => (answer && isProblem(answer) ? [[what, answer] as [string, Problem]] : []));
}

/** Returns whether a region answers nothing at all. */
export const isAllSilent = ({ identity, evacuations, deployments, alarms }: RegionAnswers): boolean => (
  [identity, deployments, alarms, ...evacuations ? [evacuations] : []].every(answer => isProblem(answer) && answer.isSilent));
