import { stripVTControlCharacters } from 'util';
import { runSteps, Step } from '../../../../cli/rehearsal/telling/steps';

const { signal } = new AbortController();

/** What is printed where there is no terminal, without the times. */
async function printed(steps: Step[], inFull: boolean): Promise<{ lines: string[]; error?: unknown }> {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    text += String(chunk);
    return true;
  });
  const log = jest.spyOn(console, 'log').mockImplementation(line => { text += `${line}\n`; });
  try {
    await runSteps(steps, { stop: async () => {}, signal, inFull });
    return { lines: linesOf(text) };
  } catch (error) {
    return { lines: linesOf(text), error };
  } finally {
    write.mockRestore();
    log.mockRestore();
  }
}

function linesOf(text: string): string[] {
  return stripVTControlCharacters(text).split('\n').filter(line => line !== '').map(line => line.replace(/ [([][\d.]+ ?m?s[)\]]/, ''));
}

const steps: Step[] = [
  { title: 'Start', run: async progress => progress('port 4566') },
  { title: 'Deploy', sideBySide: true, parts: () => ['one', 'two'].map(title => ({ title, run: async () => {} })) },
  { title: 'Freeze', run: async () => ({ of: 'served elsewhere after 3 s\nnothing was lost' }) },
  { title: 'Evacuate', run: async () => '2 checks failed' },
];

test('a story has a line for each step when it has ended, and what came of it', async () => {
  expect(await printed(steps, false)).toEqual({
    lines: ['✔ Start', '✔ Deploy', '✔ Freeze', '    served elsewhere after 3 s', '    nothing was lost', '✖ Evacuate: 2 checks failed'],
  });
});

test('in full, parts are shown as well', async () => {
  const { lines } = await printed(steps, true);
  expect(lines.filter(line => /one|two|port 4566/.test(line)).length).toBeGreaterThan(3);
});

test.each([true, false])('the first error is thrown as it is, and nothing runs after it (in full: %s)', async inFull => {
  const error = new Error('no room');
  const after = jest.fn();
  const failing: Step[] = [
    { title: 'Deploy', sideBySide: true, parts: () => [{ title: 'one', run: async () => { throw error; } }, { title: 'two', run: async () => {} }] },
    { title: 'Freeze', run: after },
  ];
  expect((await printed(failing, inFull)).error).toBe(error);
  expect(after).not.toHaveBeenCalled();
});
