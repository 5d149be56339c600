const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does something that leaves things behind, and takes them away however it ends: also when a signal ends this process, which it does after that.
 *
 * @param work is to end soon when its signal is aborted
 */
export async function withUndo<T>(work: (stopped: AbortSignal) => Promise<T>, undo: () => Promise<void>): Promise<T> {
  const stop = new AbortController();
  let told: NodeJS.Signals | undefined;
  const heed = (signal: NodeJS.Signals) => {
    told = signal;
    stop.abort();
  };
  SIGNALS.forEach(signal => process.on(signal, heed));
  try {
    return await work(stop.signal);
  } finally {
    await undo().finally(() => {
      SIGNALS.forEach(signal => process.off(signal, heed));
      if (told) process.kill(process.pid, told);
    });
  }
}
