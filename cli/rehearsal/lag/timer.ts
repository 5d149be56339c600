import { Clock } from './clock';

/** Calls back after some milliseconds for which this machine was there. Returns what prevents that. */
export function afterMs(ms: number, clock: Clock, act: () => void): () => void {
  const start = performance.now();
  let timer: NodeJS.Timeout;
  const wait = (left: number) => {
    timer = setTimeout(() => {
      const rest = ms - clock.elapsed(start);
      // a timer may be early by a millisecond
      if (rest > 1) wait(rest);
      else act();
    }, left);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
