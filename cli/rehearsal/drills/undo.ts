/** Takes in what takes back the step that comes next. */
export type Undo = (takeBack: () => Promise<void>) => void;

/**
 * Does something in steps, each of which says how it is taken back before it is done. If a step fails, those until then are taken back, that one included, because it may have happened all the same.
 *
 * @returns what takes all of it back, the last step first, however often it is called once
 */
export async function withUndo(act: (undo: Undo) => Promise<void>): Promise<() => Promise<void>> {
  const steps: (() => Promise<void>)[] = [];
  const takeBack = once(async () => {
    const errors: unknown[] = [];
    for (const step of steps.reverse()) {
      // one that fails is no reason to leave the others as they are
      await step().catch(error => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  });
  try {
    await act(step => { steps.push(step); });
  } catch (error) {
    await takeBack().catch(() => {});
    throw error;
  }
  return takeBack;
}

/** Calls a function at the first call, and returns what that came to at each one. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | undefined;
  return async () => outcome ??= act();
}
