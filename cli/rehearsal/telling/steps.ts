import { setTimeout as sleep } from 'timers/promises';
import { Listr, ListrTask, PRESET_TIMER } from 'listr2';
import pc from 'picocolors';

/** Something that takes a while, as it is shown while it runs. */
export interface Step {
  readonly title: string;
  /** Returns the parts of the step; called when its turn has come. */
  readonly parts?: () => Step[];
  /** Indicates whether its parts run at the same time; one after the other otherwise. */
  readonly sideBySide?: boolean;
  /**
   * Runs the step, if it has no parts: reports its progress, and returns what there is to complain about although things can go on, or what came of
   * it. If it throws, they cannot.
   */
  readonly run?: (progress: (text: string) => void) => Promise<string | void | Came>;
}

/** The result of a step, in a line or a few. */
export interface Came {
  readonly of: string;
}

export interface ShowProps {
  /** Makes steps that are under way fail soon, when another one has failed. */
  readonly stop: () => Promise<void>;
  /** The signal that is aborted when all are to stop, which is no failure to report. */
  readonly signal: AbortSignal;
  /**
   * Indicates whether all parts of the steps are shown when they begin and end; else a step is one line that is there when it has ended, and in a
   * terminal while it runs.
   *
   * @default true
   */
  readonly inFull?: boolean;
}

/** Runs steps one after the other and shows them: live in a terminal, else in lines. */
export async function runSteps(steps: Step[], { stop, signal, inFull = true }: ShowProps): Promise<void> {
  // The list itself only marks where it failed, so that the error can be told in full, and once
  let failure: { readonly error: unknown } | undefined;
  const underWay = new Set<Promise<string | void | Came>>();
  const isTerminal = process.stdout.isTTY && !process.env.CI;

  const task = ({ title, run, parts, sideBySide }: Step): ListrTask => ({
    title,
    task: async (_, wrapper) => {
      if (parts) {
        return wrapper.newListr(parts().map(task), { concurrent: sideBySide === true, exitOnError: true });
      }
      const running = run?.(text => { wrapper.output = text; }) ?? Promise.resolve();
      underWay.add(running);
      try {
        const outcome = await running;
        if (typeof outcome === 'string') wrapper.title = pc.red(`${title}: ${outcome}`);
        else if (outcome) wrapper.title = `${title}${outcome.of.split('\n').map(line => `\n    ${pc.dim(line)}`).join('')}`;
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
    // Signals are the rehearsal's own business
    const options = { registerSignalListeners: false };
    const shown = inFull ? steps : steps.map(whole);
    await new Listr((inFull || isTerminal ? shown : shown.map(lineAtTheEnd)).map(task), isTerminal
      ? { ...options, renderer: 'default', rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false, collapseErrors: false, showErrorMessage: false } }
      : { ...options, renderer: inFull ? 'simple' : 'silent', rendererOptions: { timer: PRESET_TIMER } }).run();
  } catch (error) {
    await stop();
    await Promise.race([Promise.allSettled(underWay), sleep(2000, undefined, { ref: false })]);
    throw failure ? failure.error : error;
  }
}

/** Returns a step as one piece, whatever it consists of. */
function whole({ title, run, parts = () => [], sideBySide }: Step): Step {
  return {
    title,
    run: run ?? (async progress => {
      const pieces = parts().map(whole);
      const runOne = async (piece: Step) => piece.run!(text => progress(`${piece.title}: ${text}`));
      if (sideBySide) await Promise.all(pieces.map(runOne));
      else for (const piece of pieces) await runOne(piece);
    }),
  };
}

/** Returns a step that says by itself, in a line or a few, that it has ended, and how. */
function lineAtTheEnd({ title, run }: Step): Step {
  return {
    title,
    run: async progress => {
      const since = performance.now();
      const outcome = await run!(progress);
      const took = pc.dim(`(${((performance.now() - since) / 1000).toFixed(1)} s)`);
      const line = typeof outcome === 'string' ? pc.red(`✖ ${title}: ${outcome}`) : `${pc.green('✔')} ${title}`;
      const details = typeof outcome === 'object' ? outcome.of.split('\n').map(detail => `\n    ${detail}`) : [];
      process.stdout.write(`${line} ${took}${details.join('')}\n`);
      return outcome;
    },
  };
}
