import { checker } from './checker';
import { Checker } from '../workload';
import { writesOf } from '../writes';

/** Claims that each write was acknowledged in the end, by whichever region and however often it was sent. */
export function everyWriteAnswered(): Checker {
  return checker('every write was acknowledged in the end', ({ history }) => {
    const writes = writesOf(history);
    const owed = writes.filter(({ acknowledged }) => !acknowledged);
    return {
      valid: owed.length === 0,
      summary: owed.length === 0 ? `${writes.length} writes` : `${owed.length} of ${writes.length} writes were not`,
      details: owed.map(({ operation: { kind, key }, sendings }) => {
        const { region, outcome } = sendings.at(-1)!;
        return `${kind} ${key}, sent ${sendings.length} times, last to ${region}: ${outcome ? outcome.told ?? outcome.type : 'still under way'}`;
      }),
    };
  });
}
