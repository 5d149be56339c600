import { AskedSystem } from '../operate/asked-system';

/** The workflow that a command is about. */
export interface AskedWorkflow {
  /** The name of its state machine. */
  readonly name: string;
  /** The name of the table in which regions keep what they have seen, started and ended. */
  readonly ledger: string;
}

/** Finds the workflow that an option names; the only one with a ledger if it names none. */
export function askedWorkflow({ name: system, description }: Pick<AskedSystem, 'name' | 'description'>, asked?: string): AskedWorkflow {
  const isMeant = (name: string) => asked === undefined || name === asked || name === `${system}-${asked}`;
  if (description === undefined) {
    if (asked === undefined) throw new Error('without an assembly, name the workflow by --workflow');
    const name = asked.startsWith(`${system}-`) ? asked : `${system}-${asked}`;
    return { name, ledger: `${name}-Ledger-Table` };
  }
  const all = description.workflows.flatMap(({ name, ledger }) => (ledger === undefined ? [] : [{ name, ledger }]));
  const names = all.map(({ name }) => name).join(', ');
  if (all.length === 0) throw new Error(`${system} has no workflow that regions take over from each other`);
  const found = all.filter(({ name }) => isMeant(name));
  if (found.length === 0) throw new Error(`${system} has no workflow ${asked} that regions take over from each other; it has ${names}`);
  if (found.length > 1) throw new Error(`${system} has several workflows: name one of ${names} by --workflow`);
  return found[0];
}
