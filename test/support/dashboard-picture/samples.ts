import { createHash } from 'crypto';
import { Asked, Sample } from './lines';

/** An ordinary day: a few hundred requests a minute, more in the first region. */
export const calm: Sample = ({ metricName, dimensions, region, statistic }, minute) => {
  const seed = `${metricName}${Object.values(dimensions).join()}${region}`;
  const near = (value: number, spread = 0.15) => value * (1 + spread * (2 * noise(seed, minute) - 1)) * (1 + 0.2 * Math.sin(minute / 40));
  const rare = (share: number) => (noise(seed, minute) < share ? 1 : 0);
  const size = 1 / (1 + (noise(region, 0) * 1.5));
  switch (metricName) {
    case 'Count': return dimensions.Resource ? 36 : 36 * 2 + near(420 * size);
    case '4XXError': return dimensions.Resource === '/evacuation/{region}' ? 36 : dimensions.Resource ? 0 : 36 + near(6 * size, 0.8);
    case '5XXError': return rare(0.03);
    case 'Latency': return near(statistic === 'p50' ? 38 : 210, 0.3);
    case 'Errors': return rare(0.0005);
    case 'Throttles': return 0;
    case 'ReplicationLatency': return near(680, 0.4);
    case 'ReadThrottleEvents': case 'WriteThrottleEvents': case 'LostWrites': return undefined;
    case 'SystemErrors': return undefined;
    case 'MatchedEvents': return 1 + near(310 * size);
    case 'FailedInvocations': return undefined;
    case 'IngestionToInvocationSuccessLatency': return near(140, 0.5);
    case 'Evacuated': return undefined;
    case 'Takeovers': return 0;
    case 'OldestUnresolvedSeconds': return 0;
    case 'ExecutionsStarted': case 'ExecutionsSucceeded': return near(150 * size);
    case 'ExecutionsFailed': case 'ExecutionsTimedOut': case 'ExecutionsAborted': return 0;
    case 'ApproximateAgeOfOldestMessage': return Math.round(2 * noise(seed, minute));
    case 'ApproximateNumberOfMessagesVisible': return 0;
    case 'ConsumedReadCapacityUnits': return near(500 * size);
    case 'ConsumedWriteCapacityUnits': return near(1300 * size);
    case 'Invocations':
      if (dimensions.RuleName?.startsWith('heartbeats')) return 1;
      if (dimensions.search?.includes('heartbeats')) return dimensions.search.split(' OR ').length;
      return near(280 * size);
    default: throw new Error(`no sample of ${metricName}`);
  }
};

/** Returns a day on which a region is lost in the third hour, and evacuated a quarter of an hour later. */
export function dead(lost: string, at = 120, evacuatedAt = 135): Sample {
  return (asked, minute) => {
    const { metricName, dimensions, region } = asked;
    if (metricName === 'Evacuated') return minute >= evacuatedAt && dimensions.EvacuatedRegion === lost && region !== lost ? 1 : undefined;
    if (minute < at) return calm(asked, minute);
    if (region === lost || dimensions.RuleName === `heartbeats-from-${lost}`) return undefined;
    const since = minute - at;
    const usual = calm(asked, minute);
    if (dimensions.search?.includes(`heartbeats-from-${lost}`)) return usual! - 1;
    if (dimensions.ReceivingRegion === lost) return 680 + since * 60_000;
    if (dimensions.search && metricName === 'ReplicationLatency') return 680 + since * 60_000;
    if (metricName === 'Takeovers') return since >= 4 && since < 12 ? 60 - since * 4 : 0;
    if (metricName === 'OldestUnresolvedSeconds') return since < 6 ? since * 60 : 0;
    if (['Count', 'MatchedEvents', 'ExecutionsStarted', 'ExecutionsSucceeded', 'Invocations'].includes(metricName) && since >= 2) return usual! * moves(asked);
    return usual;
  };
}

/** Customers of the lost region come to the others; probes and heartbeats do not. */
function moves({ dimensions }: Asked): number {
  return dimensions.Resource || dimensions.RuleName?.startsWith('heartbeats') || dimensions.search ? 1 : 1.7;
}

/** Returns the same at each run, from 0 to 1. */
function noise(seed: string, minute: number): number {
  return createHash('md5').update(`${seed}${minute}`).digest().readUInt16BE() / 0xffff;
}
