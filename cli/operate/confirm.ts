import { createInterface } from 'readline';
import { NothingDone } from './region-views';

/** Asks for a word that nobody types by mistake. Throws if it is another one, or if there is nobody to ask. */
export async function confirm(question: string, word: string): Promise<void> {
  if (!process.stdin.isTTY) throw new NothingDone('there is nobody to ask: say --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>(resolve => {
      terminal.question(`${question}\nType ${word} to go on: `, resolve);
      // at the end of the input nobody has answered
      terminal.once('close', () => resolve(''));
    });
    if (answer.trim() !== word) throw new NothingDone('nothing was changed');
  } finally {
    terminal.close();
  }
}
