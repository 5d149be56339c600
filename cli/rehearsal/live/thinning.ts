import { Sample, Vitals } from '../report/report';

/** As many samples of all regions as a page can draw at once. */
export const MOST_SAMPLES = 4000;

/**
 * Makes room when there are too many samples: joins those of each region in the older half by twos, in place.
 *
 * Requests are added up. Of all else, the worse remains, so that no outage and no peak disappears; the older a time is, the coarser it becomes.
 */
export function thin(samples: Sample[], most = MOST_SAMPLES): void {
  if (samples.length <= most) return;
  const older = samples.slice(0, Math.ceil(most / 2));
  const joined: Sample[] = [];
  const waiting = new Map<string, Sample>();
  for (const sample of older) {
    const first = waiting.get(sample.region);
    if (first) {
      joined.push(join(first, sample));
      waiting.delete(sample.region);
    } else {
      waiting.set(sample.region, sample);
    }
  }
  joined.push(...waiting.values());
  joined.sort((a, b) => a.at - b.at);
  samples.splice(0, older.length, ...joined);
}

function join(first: Sample, second: Sample): Sample {
  return {
    at: second.at,
    region: second.region,
    requests: first.requests + second.requests,
    errors: first.errors + second.errors,
    isHealthy: first.isHealthy && second.isHealthy,
    ...first.vitals && second.vitals ? { vitals: worse(first.vitals, second.vitals) } : {},
  };
}

function worse(first: Vitals, second: Vitals): Vitals {
  const peers = new Set([...Object.keys(first.replication), ...Object.keys(second.replication)]);
  const most = (what: 'openWorkflows' | 'endedWorkflows' | 'takeovers' | 'deadLetters') => Math.max(first[what], second[what]);
  return {
    replication: Object.fromEntries([...peers].map(peer => {
      const [a, b] = [first.replication[peer] ?? NONE, second.replication[peer] ?? NONE];
      return [peer, { queued: Math.max(a.queued, b.queued), lagMs: Math.max(a.lagMs, b.lagMs) }];
    })),
    openWorkflows: most('openWorkflows'),
    endedWorkflows: most('endedWorkflows'),
    takeovers: most('takeovers'),
    deadLetters: most('deadLetters'),
    alarms: [...new Set([...first.alarms, ...second.alarms])],
  };
}

const NONE = { queued: 0, lagMs: 0 };
