import { DeployedRegion } from './deployed-region';
import { problemOf } from '../operate/problem';
import { SystemDescription } from '../system/system-description';

/** The parts of a system that can be judged by who calls. */
export interface Survey {
  /** The system without what cannot be read. */
  readonly system: SystemDescription;
  /** The parts that cannot be judged, and why, a line each. */
  readonly notTold: readonly string[];
}

/** On AWS nobody can tell these; local regions say them of themselves. */
const NEVER_TOLD = [
  'How much data is on its way between regions: the recovery point is what the survivors lack of acknowledged writes, if the workload reads back while a region is away.',
  'What IAM denied meanwhile.',
];

/** Tries to read all that checkers look at, in every region, and leaves out what cannot be read. */
export async function survey(system: SystemDescription, regions: readonly DeployedRegion[]): Promise<Survey> {
  const notTold = [...NEVER_TOLD];
  const problemIn = async (look: (region: DeployedRegion) => Promise<unknown>): Promise<string | undefined> => {
    const found = await Promise.all(regions.map(async region => look(region).then(() => [], error => [`${problemOf(error)} (${region.name})`])));
    return found.flat()[0];
  };
  const readable = async <T>(items: readonly T[], table: (item: T) => string, told: (item: T) => string): Promise<T[]> => {
    const problems = await Promise.all(items.map(async item => problemIn(async region => region.items(table(item)))));
    problems.forEach((problem, i) => { if (problem !== undefined) notTold.push(`${told(items[i])}: ${problem}.`); });
    return items.filter((_, i) => problems[i] === undefined);
  };

  const tables = await readable(system.tables, ({ name }) => name, ({ name }) => `Whether the replicas of ${name} are equal`);
  const withLedger = system.workflows.filter(({ ledger }) => ledger !== undefined);
  const ledgers = await readable(withLedger, ({ ledger }) => ledger!, ({ name, ledger }) => `What of ${name} is left to do, which ${ledger} has`);
  const standard = system.workflows.filter(({ isExpress }) => !isExpress).map(workflow => (
    { ...workflow, ledger: ledgers.includes(workflow) ? workflow.ledger : undefined }
  ));
  if (standard.length < system.workflows.length) notTold.push('What express workflows did: Step Functions does not list their executions.');
  const executions = await problemIn(async region => region.executions());
  if (executions !== undefined) notTold.push(`Whether workflows ran to their end, and once: ${executions}.`);
  const messages = await problemIn(async region => region.waitingMessages());
  if (messages !== undefined) notTold.push(`Whether messages wait in queues: ${messages}.`);
  const letters = await problemIn(async region => {
    if ((await region.deadLetters()).length > 0) throw new Error('there are dead letters from before');
  });
  if (letters !== undefined) notTold.push(`Whether anything became a dead letter: ${letters}.`);
  return {
    system: {
      ...system,
      tables,
      workflows: executions === undefined ? standard : [],
      ...messages === undefined ? {} : { queues: [] },
      ...letters === undefined ? {} : { deadLetters: [] },
    },
    notTold,
  };
}
