import { isOfCredentials, isSilence, problemOf } from './problem';

/** The answer to a question: a value, or what is wrong in one line. */
export type Answer<T> = { readonly value: T } | Problem;

export interface Problem {
  readonly problem: string;
  /** Indicates whether nobody answered. */
  readonly isSilent: boolean;
  /** Indicates whether the credentials are at fault, so that nobody else will answer either. */
  readonly isOfCredentials: boolean;
}

/** Waits for what a question comes to, which never throws, so that others have their answers. */
export async function settled<T>(question: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await question };
  } catch (error) {
    return { problem: problemOf(error), isSilent: isSilence(error), isOfCredentials: isOfCredentials(error) };
  }
}

export const isProblem = (answer: Answer<unknown>): answer is Problem => 'problem' in answer;

export const valueOf = <T>(answer: Answer<T>): T | undefined => (isProblem(answer) ? undefined : answer.value);

/** Settles as `settled` does, but ends when the time is up, whatever goes on then. */
export async function settledWithin<T>(seconds: number, question: Promise<T>): Promise<Answer<T>> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer in time'), { name: 'TimeoutError' })), seconds * 1000);
  });
  try {
    return await settled(Promise.race([question, timeUp]));
  } finally {
    clearTimeout(timer);
  }
}
