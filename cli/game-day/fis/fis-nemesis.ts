import { setTimeout as sleep } from 'timers/promises';
import { Fis } from './fis';
import { DrillRegion } from '../../rehearsal/drills/drill-region';
import { Nemesis } from '../../rehearsal/drills/nemesis';
import { Restorations } from '../restorations';

/** The time that an experiment may take to begin, and to end: FIS resolves its targets, and takes back what it did. */
const PATIENCE_MS = 120_000;
const POLL_MS = 1000;
const OVER = ['completed', 'stopped', 'failed', 'cancelled'];

export interface FisNemesisProps {
  readonly fis: Fis;
  /** The id of the experiment template. */
  readonly template: string;
  readonly restorations: Restorations;
  /** Names this run, so that the experiment is found that belongs to it. */
  readonly runId: string;
  /**
   * The time between two looks, in milliseconds.
   *
   * @default 1000
   */
  readonly pollMs?: number;
}

/** Creates the nemesis of an experiment of AWS Fault Injection Service, whatever it does to the region that it is in. */
export function fisNemesis({ fis, template, restorations, runId, pollMs = POLL_MS }: FisNemesisProps): Nemesis<DrillRegion> {
  return {
    name: `fis ${template}`,
    summary: `FIS runs an experiment by the template ${template}`,
    // what it does only its template says
    leaves: false,
    mayFail: () => true,
    mayDouble: true,
    targets: () => [fis.region],
    inject: async () => {
      let id: string | undefined;
      const until = async (isSo: (status: string) => boolean) => {
        for (const since = performance.now(); ;) {
          const { state: { status, reason } } = await fis.get(id!);
          if (isSo(status)) return { status, reason };
          if (performance.now() - since > PATIENCE_MS) throw new Error(`the experiment ${id} is still ${status} after ${PATIENCE_MS / 1000} s`);
          await sleep(pollMs);
        }
      };
      const takeBack = restorations.begin({
        what: `an experiment of ${template} in ${fis.region}`,
        command: () => (id === undefined
          ? `aws fis list-experiments --region ${fis.region} --experiment-template-id ${template}`
          : `aws fis stop-experiment --region ${fis.region} --id ${id}`),
        takeBack: async () => {
          if (id === undefined) throw new Error(`whether FIS has started an experiment of ${template} in ${fis.region} is not known`);
          const { state: { status } } = await fis.get(id);
          if (!OVER.includes(status) && status !== 'stopping') await fis.stop(id);
          await until(now => OVER.includes(now));
        },
      });
      try {
        ({ id } = await fis.start(template, `${runId}-${template}`, { 'cdk-multi-region:drill': runId }));
        const { status, reason = 'no reason was given' } = await until(now => now === 'running' || OVER.includes(now));
        if (status !== 'running') throw new Error(`the experiment ${id} ${status}: ${reason}`);
      } catch (error) {
        await takeBack().catch(() => {});
        throw error;
      }
      return takeBack;
    },
  };
}
