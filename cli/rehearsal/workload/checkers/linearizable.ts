import { isDeepStrictEqual } from 'util';
import { checker } from './checker';
import { linearize, RegisterOperation } from '../linearizability/register';
import { shown } from '../mistakes';
import { Checker, Operation, Outcome, Sent } from '../workload';
import { writesOf } from '../writes';

export interface LinearizableProps {
  /**
   * The kinds of operations that read or write the value of a key.
   *
   * @default - all
   */
  readonly kinds?: readonly string[];
  /**
   * The value that a write writes.
   *
   * @default - the operation's value
   */
  readonly written?: (write: Operation) => unknown;
  /**
   * The value that a read found.
   *
   * @default - the outcome's value
   */
  readonly found?: (outcome: Outcome) => unknown;
  /**
   * The value of a key that nobody has written yet.
   *
   * @default undefined
   */
  readonly initial?: unknown;
  /**
   * Indicates whether the table promises that a read sees every earlier write of any region. Then keys that were sent to several regions are judged
   * as well.
   *
   * @default false
   */
  readonly isStrong?: boolean;
}

/** An operation, and what was sent of which it is. */
interface Traced extends RegisterOperation {
  readonly sent: Sent;
}

/**
 * Claims that each key is a register: every read returns what was written last, in some order in which each operation takes effect between its sending and
 * its answer. What got no answer may have taken effect or not.
 *
 * A key that was sent to more than one region is left out, unless the table is strongly consistent: the replicas of others differ for a while, which is what they promise.
 */
export function linearizable(props: LinearizableProps = {}): Checker {
  const { kinds, isStrong = false, initial } = props;
  return checker('every key is linearizable', ({ history }) => {
    const byKey = new Map<string, Sent[]>();
    for (const sent of history) {
      const { operation: { kind, key }, isReadBack } = sent;
      if (!isReadBack && (kinds === undefined || kinds.includes(kind))) byKey.set(key, [...byKey.get(key) ?? [], sent]);
    }
    const judged = [...byKey].filter(([, sent]) => isStrong || new Set(sent.map(({ region }) => region)).size === 1);
    const left = byKey.size - judged.length;
    const leftOut = left === 0 ? '' : `, ${left} left out because several regions had them`;
    let reads = 0;
    const bad: string[] = [];
    const unknown: string[] = [];
    for (const [key, sent] of judged) {
      const values = new Values();
      const operations = registerOperations(sent, values, props);
      reads += operations.filter(({ action }) => action === 'read').length;
      const found = linearize(operations, values.numberOf(initial));
      if (found.outcome === 'unknown') unknown.push(`${key}: there are too many orders to look at`);
      if (found.outcome === 'not linearizable') bad.push(`${key}: no order explains ${describe(found.left as readonly Traced[], props)}`);
    }
    if (bad.length > 0) return { valid: false, summary: `${bad.length} of ${judged.length} keys are not${leftOut}`, details: bad };
    if (unknown.length > 0) {
      return { valid: false, isUnknown: true, summary: `${unknown.length} of ${judged.length} keys cannot be judged${leftOut}`, details: unknown };
    }
    if (reads === 0) return { valid: false, isUnknown: true, summary: `no key was read${leftOut}` };
    return { valid: true, summary: `${judged.length} keys, read ${reads} times${leftOut}` };
  });
}

function registerOperations(
  history: readonly Sent[], values: Values, { written = write => write.value, found = outcome => outcome.value }: LinearizableProps,
): Traced[] {
  const reads = history.filter(({ operation, outcome }) => operation.action === 'read' && outcome?.type === 'ok').map((sent): Traced => ({
    action: 'read', value: values.numberOf(found(sent.outcome!)), call: sent.at, end: sent.endedAt!, sent,
  }));
  const writes = writesOf(history).flatMap(({ operation, sendings, acknowledged }): Traced[] => {
    const value = values.numberOf(written(operation));
    const may = sendings
      .filter(({ outcome }) => outcome?.type !== 'fail')
      .map((sent): Traced => ({ action: 'write', value, call: sent.at, end: Infinity, sent }));
    if (!acknowledged || may.length === 0) return may;
    // an acknowledged write has taken effect by one of its sendings up to then; by the others it may have once more
    const [first, ...others] = may;
    return [{ ...first, end: acknowledged.endedAt! }, ...others];
  });
  return [...reads, ...writes];
}

function describe([first]: readonly Traced[], { written = write => write.value, found = outcome => outcome.value }: LinearizableProps): string {
  const { operation, customer, region, at, outcome } = first.sent;
  const what = first.action === 'read' ? `read ${shown(found(outcome!))} from` : `wrote ${shown(written(operation))} in`;
  return `that ${customer} ${what} ${region} at ${(at / 1000).toFixed(1)} s`;
}

/** Numbers values, equal ones alike. */
class Values {
  private readonly known: unknown[] = [];

  public numberOf(value: unknown): number {
    const known = this.known.findIndex(other => isDeepStrictEqual(other, value));
    return known < 0 ? this.known.push(value) - 1 : known;
  }
}
