import { isDeepStrictEqual } from 'util';
import { Operation, Sent } from './workload';

/** A write, and each time that it was sent. */
export interface Write {
  readonly operation: Operation;
  readonly customer: string;
  readonly sendings: readonly Sent[];
  /** The sending that was acknowledged; nothing if none was. */
  readonly acknowledged?: Sent;
}

/** Returns all writes of customers in a history, in the order in which they were first sent. */
export function writesOf(history: readonly Sent[]): Write[] {
  const writes: { operation: Operation; customer: string; sendings: Sent[] }[] = [];
  const byKey = new Map<string, typeof writes>();
  for (const sent of history) {
    const { operation, customer, attempt, isReadBack } = sent;
    if (operation.action !== 'write' || isReadBack) continue;
    const same = byKey.get(operation.key) ?? [];
    byKey.set(operation.key, same);
    // a customer may write the same value again, which is another write: its first sending tells
    const isKnown = (write: Write) => write.customer === customer && isDeepStrictEqual(write.operation, operation);
    const known = attempt === 0 ? undefined : same.filter(isKnown).at(-1);
    if (known) {
      known.sendings.push(sent);
    } else {
      const write = { operation, customer, sendings: [sent] };
      same.push(write);
      writes.push(write);
    }
  }
  return writes.map(write => ({ ...write, acknowledged: write.sendings.find(({ outcome }) => outcome?.type === 'ok') }));
}
