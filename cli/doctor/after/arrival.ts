import { setTimeout as sleep } from 'timers/promises';
import { Answer, isProblem, settled } from '../../operate/answers';
import { Finding } from '../check';

/** The time that something sent from region to region may take, in seconds: usually it is there in one or two. */
export const MOST_SECONDS = 30;

const LOOK_AGAIN_MS = 250;

/** The number of looks in a row without an answer that are enough: the first one may have been one that started a function. */
const SILENCES = 2;

/** The seconds after which something was there; nothing if it was not in time. */
export interface Arrival {
  readonly seconds?: number;
}

/** Looks again and again until something is there. A look that fails is made again, unless nobody answers any more; if the last one fails, that is what came of it. */
export async function arrival(isThere: () => Promise<boolean>, stopped?: AbortSignal, mostSeconds = MOST_SECONDS): Promise<Answer<Arrival>> {
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1000;
  for (let silences = 0; ;) {
    const answer = await settled(isThere());
    if (!isProblem(answer) && answer.value) return { value: { seconds: since() } };
    silences = isProblem(answer) && answer.isSilent ? silences + 1 : 0;
    if (stopped?.aborted || since() >= mostSeconds || silences >= SILENCES) return isProblem(answer) ? answer : { value: {} };
    await sleep(LOOK_AGAIN_MS, undefined, { signal: stopped }).catch(() => {});
  }
}

/** Judges whether something has arrived, as in `an event of us-west-2 on Orders-Bus`. */
export function arrivalFinding(region: string, what: string, answer: Answer<Arrival>, advice: string): Finding {
  if (isProblem(answer)) return { region, verdict: 'unknown', says: `it cannot be seen whether ${what} arrives: ${answer.problem}` };
  const { seconds } = answer.value;
  if (seconds === undefined) return { region, verdict: 'failed', says: `${what} did not arrive within ${MOST_SECONDS} s`, advice };
  return { region, verdict: 'ok', says: `${what} arrived after ${seconds.toFixed(1)} s` };
}
