import { setTimeout as sleep } from 'timers/promises';
import { Stage } from './stage';
import { bearableMs } from './timing';
import { expectEqual } from '../telling/transcript';

/** The wait, as a multiple of the time in which the health checks would have turned. */
const TIMES = 1.5;

/** Checks that health checks still take regions for well after the time in which they would turn. */
export async function checkStays(stage: Stage, targets: readonly string[]): Promise<void> {
  const { route53, section, lag, signal } = stage;
  if (!route53) return;
  const startedAt = performance.now();
  await section.check(`customers near ${targets.join(' and ')} are still led there, because health is shallow by design`, async () => (
    lag.inTime(bearableMs(stage), startedAt, async () => {
      const watchedFor = TIMES * (route53.failoverMs - route53.ttlMs);
      await sleep(watchedFor, undefined, { signal });
      expectEqual('turns', route53.turns.filter(({ region, at }) => targets.includes(region) && at >= startedAt), []);
      return `watched for ${(watchedFor / 1000).toFixed(1)} s`;
    })
  ));
}
