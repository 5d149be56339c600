import { LedgerEntry } from '../../src/replicated-workflow/ledger-entry';
import { LEDGER } from '../../src/replicated-workflow/ledger-schema';

/** The decision of an operator about one region: it takes over, or it must not. */
export type Word = 'force' | 'forbid';

/** A change of a region's entry, of attributes that `grantTakeoverControl` lets an operator write and of no others; its condition names no others either. */
export interface EntryUpdate {
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove: readonly string[];
  readonly condition: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** DynamoDB creates what an update does not find, and an entry without a status would keep its event from being handled. */
const ENTRY_EXISTS = `attribute_exists(${LEDGER.PARTITION_KEY})`;

const DUE_AT = LEDGER.INDEX_SORT_KEY;

/** The attribute that says each word. */
export const ATTRIBUTE = { force: 'forced', forbid: 'forbidden' } as const satisfies Record<Word, string>;

/** Returns how an operator's word is written. What is forced is due at once, and so the first that the sweeper finds; what is forbidden need not be looked at for that. */
export function updateFor(word: Word): EntryUpdate {
  const set = word === 'force' ? { [ATTRIBUTE.force]: true, [DUE_AT]: 0 } : { [ATTRIBUTE.forbid]: true };
  return { set, remove: [], condition: ENTRY_EXISTS, values: {} };
}

/** Returns how it is taken back. An entry that was resolved was in the index for the sake of that word only; the sweeper may be about to follow it, and has then given it another time. */
export function undoFor(word: Word, { status, dueAt }: Partial<Pick<LedgerEntry, 'status' | 'dueAt'>>): EntryUpdate {
  const attribute = ATTRIBUTE[word];
  const said = `${attribute} = :said`;
  if (word === 'force' && status === 'RESOLVED' && dueAt !== undefined) {
    return { set: {}, remove: [attribute, DUE_AT], condition: `${said} AND ${DUE_AT} = :seen`, values: { ':said': true, ':seen': dueAt } };
  }
  return { set: {}, remove: [attribute], condition: said, values: { ':said': true } };
}
