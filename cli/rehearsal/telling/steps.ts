import { setTimeout as sleep } from 'timers/promises';
import { Listr, ListrTask, PRESET_TIMER } from 'listr2';
import pc from 'picocolors';

/** Something that takes a while, as it is shown while it runs. */
export interface Step {
  readonly title: string;
  /** What it consists of, asked for when its turn has come. */
  readonly parts?: () => Step[];
  /** Whether its parts run at the same time; one after the other otherwise. */
  readonly sideBySide?: boolean;
  /**
   * What it does, if it has no parts: tells how far it is, and returns what there is to complain about although things can go on. If it throws, they cannot.
   */
  readonly run?: (progress: (text: string) => void) => Promise<string | void>;
}

/**
 * Runs steps one after the other and shows them: live in a terminal, else a line for each start and end.
 *
 * @param stop makes steps that are under way fail soon, when another one has failed
 * @param signal is aborted when all are to stop, which is no failure to tell of
 */
export async function runSteps(steps: Step[], stop: () => Promise<void>, signal: AbortSignal): Promise<void> {
  // The list itself only marks where it failed, so that the error can be told in full, and once
  let failure: { readonly error: unknown } | undefined;
  const underWay = new Set<Promise<string | void>>();

  const task = ({ title, run, parts, sideBySide }: Step): ListrTask => ({
    title,
    task: async (_, wrapper) => {
      if (parts) {
        return wrapper.newListr(parts().map(task), { concurrent: sideBySide === true, exitOnError: true });
      }
      const running = run?.(text => { wrapper.output = text; }) ?? Promise.resolve();
      underWay.add(running);
      try {
        const complaint = await running;
        if (complaint) wrapper.title = pc.red(`${title}: ${complaint}`);
        return undefined;
      } catch (error) {
        const isFirst = failure === undefined;
        failure ??= { error };
        throw new Error(isFirst && !signal.aborted ? 'see below' : 'stopped');
      } finally {
        underWay.delete(running);
      }
    },
  });
  try {
    await new Listr(steps.map(task), {
      // Signals are the rehearsal's own business
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false, collapseErrors: false, showErrorMessage: false },
      fallbackRenderer: 'simple',
      fallbackRendererOptions: { timer: PRESET_TIMER },
      fallbackRendererCondition: () => !process.stdout.isTTY || Boolean(process.env.CI),
    }).run();
  } catch (error) {
    await stop();
    await Promise.race([Promise.allSettled(underWay), sleep(2000, undefined, { ref: false })]);
    throw failure ? failure.error : error;
  }
}
