import { DrillReport } from '../report/report';
import { Sent } from '../workload/workload';

/** The filter of the operations that the table shows. */
export interface OperationFilter {
  /** Words that must all be there: in the kind, the key, the customer, a region or the reason. */
  readonly text: string;
  /** Only what failed, or may have. */
  readonly failedOnly: boolean;
  readonly region?: string;
  /** The number of a drill. */
  readonly drill?: number;
}

export const ALL_OPERATIONS: OperationFilter = { text: '', failedOnly: false };

/** The words by which a search finds what the rehearsal itself has read. */
export const READ_BACK = 'read back';

/** Returns whether an operation of a customer failed, or may have. One that is under way has not. */
export function hasFailed({ outcome, isReadBack }: Sent): boolean {
  return outcome !== undefined && outcome.type !== 'ok' && !isReadBack;
}

/** Returns the operations that a filter lets through, in their order. */
export function filterOperations(operations: readonly Sent[], filter: OperationFilter, drills: readonly DrillReport[]): readonly Sent[] {
  const { text, failedOnly, region, drill } = filter;
  const words = text.toLowerCase().split(/\s+/).filter(word => word !== '');
  const time = drill === undefined ? undefined : drills[drill];
  if (words.length === 0 && !failedOnly && region === undefined && time === undefined) return operations;
  return operations.filter(sent => (!failedOnly || hasFailed(sent))
    && (region === undefined || sent.region === region)
    && (time === undefined || (sent.at >= time.at && sent.at <= time.until))
    && (words.length === 0 || hasAll(sent, words)));
}

/** Texts to search in, made when they are first needed. */
const texts = new WeakMap<Sent, string>();

function hasAll(sent: Sent, words: readonly string[]): boolean {
  let text = texts.get(sent);
  if (text === undefined) {
    const { operation, customer, near, region, outcome, isReadBack } = sent;
    text = [operation.kind, operation.key, customer, near, region, outcome?.told ?? '', isReadBack ? READ_BACK : ''].join('\n').toLowerCase();
    texts.set(sent, text);
  }
  return words.every(word => text.includes(word));
}
