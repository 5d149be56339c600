/** The style of a cell on a terminal. */
export type Paint = (text: string) => string;

export interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

/** Writes a table: columns as wide as they have to be, two spaces apart. What is painted is as wide as what is not. */
export function renderTable(header: readonly string[], rows: readonly (readonly Cell[])[], paintHeader: Paint = text => text): string[] {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map(row => row[i].text.length)));
  const line = (cells: readonly Cell[]) => cells.map(({ text, paint = plain => plain }, i) => (
    i === cells.length - 1 ? paint(text) : paint(text) + ' '.repeat(widths[i] - text.length))).join('  ');
  return [line(header.map(text => ({ text, paint: paintHeader }))), ...rows.map(line)];
}
