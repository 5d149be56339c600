import { checker } from './checker';
import { isFailed } from '../service';
import { Checker, Fault, Sent } from '../workload';

/**
 * Claims that requests fail only at regions that are hit by a fault which allows it, while it is there or shortly afterwards.
 *
 * @param recoveryMs for how long after a fault requests may fail still: until customers are back, which takes as long as they took to leave
 */
export function nothingFailed(recoveryMs: number): Checker {
  return checker('no request failed but where a fault allows it', ({ history, faults }) => {
    const sent = history.filter(({ isReadBack }) => !isReadBack);
    const failed = sent.filter(isFailed);
    const unexplained = failed.filter(one => !faults.some(fault => allows(fault, one, recoveryMs)));
    return {
      valid: unexplained.length === 0,
      summary: `${failed.length} of ${sent.length} requests failed, ${unexplained.length} of them without a fault that allows it`,
      details: unexplained.map(({ operation: { kind, key }, region, at, outcome }) => (
        `${kind} ${key} at ${(at / 1000).toFixed(1)} s in ${region}: ${outcome!.told ?? outcome!.type}`
      )),
    };
  });
}

/** Returns whether a request was under way while its region was hit. */
function allows({ mayFail, regions, at, until = Infinity }: Fault, sent: Sent, recoveryMs: number): boolean {
  return mayFail && regions.includes(sent.region) && at <= (sent.endedAt ?? Infinity) && until + recoveryMs >= sent.at;
}
