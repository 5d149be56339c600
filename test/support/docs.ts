import { readFileSync, writeFileSync } from 'fs';

/**
 * Compares what a document says between `<!-- begin: name -->` and `<!-- end: name -->` with what is true now. `UPDATE_DOCS=1` in front of the jest command writes it
 * instead, for a person to look at the difference.
 */
export function expectDocumented(file: string, name: string, truth: string): void {
  const [begin, end] = [`<!-- begin: ${name} -->\n`, `<!-- end: ${name} -->`];
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (from < begin.length || to < from) throw new Error(`${file} has no "${begin.trim()}" followed by "${end}"`);
  const expected = `${truth.trim()}\n`;
  if (process.env.UPDATE_DOCS) {
    writeFileSync(file, text.slice(0, from) + expected + text.slice(to));
    return;
  }
  expect(text.slice(from, to)).toBe(expected);
}
