import { IConstruct } from 'constructs';
import { MultiRegionSystem } from './multi-region-system';

/** A table of the library whose writes by people decide what the system does. An audit trail records them. */
export interface RecordedWrites {
  readonly tableName: string;
  /** The prefixes of the names of the library's own roles that write to it all the time. Their writes are not recorded. */
  readonly ownRoles: readonly string[];
}

type Listener = () => void;

class Register {
  public readonly tables: RecordedWrites[] = [];
  public readonly listeners: Listener[] = [];
}

const REGISTERS = new WeakMap<MultiRegionSystem, Register>();

function registerOf(construct: IConstruct): Register {
  const system = MultiRegionSystem.of(construct);
  const existing = REGISTERS.get(system);
  if (existing) return existing;
  const register = new Register();
  REGISTERS.set(system, register);
  return register;
}

/** Has the audit trail of the owner's system record who writes to a table, whether the trail was made or not. */
export function recordWrites(owner: IConstruct, table: RecordedWrites): void {
  const { tables, listeners } = registerOf(owner);
  tables.push(table);
  listeners.forEach(listener => listener());
}

/** Returns the tables of the system that a construct is in, as far as they were made: ask for them at synthesis. */
export function recordedWritesOf(construct: IConstruct): readonly RecordedWrites[] {
  return registerOf(construct).tables;
}

/** Calls back once, as soon as the system that a construct is in has such a table. */
export function onceWritesAreRecorded(construct: IConstruct, listener: Listener): void {
  const { tables, listeners } = registerOf(construct);
  if (tables.length > 0) {
    listener();
    return;
  }
  const once = () => {
    listeners.splice(listeners.indexOf(once), 1);
    listener();
  };
  listeners.push(once);
}
