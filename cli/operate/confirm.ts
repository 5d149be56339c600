import { createInterface } from 'readline';
import { NothingDone } from './requirements';

/** Asks for a word that nobody types by mistake. Throws if it is another one, or if there is nobody to ask. */
export async function confirm(question: string, word: string): Promise<void> {
  const answer = await ask(`${question}\nType ${word} to go on: `, 'say --yes');
  if (answer !== word) throw new NothingDone('nothing was changed');
}

/** Asks for one of some words. Throws if it is none of them, or if there is nobody to ask. */
export async function choose(question: string, words: readonly string[], instead: string): Promise<string> {
  const answer = await ask(`${question}\nType one of ${words.join(', ')}: `, instead);
  if (!words.includes(answer)) throw new NothingDone('nothing was changed');
  return answer;
}

async function ask(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY) throw new NothingDone(`there is nobody to ask: ${instead}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>(resolve => {
      terminal.question(question, resolve);
      // at the end of the input nobody has answered
      terminal.once('close', () => resolve(''));
    });
    return answer.trim();
  } finally {
    terminal.close();
  }
}
