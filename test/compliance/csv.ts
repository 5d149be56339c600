/** The lines of a table as RFC 4180 has it, each by the names of its header: read by other means than it is written. */
export function parseCsv(csv: string): Record<string, string>[] {
  const lines: string[][] = [];
  let fields: string[] = [];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    lines.push(fields);
    fields = [];
  }
  const [header, ...rows] = lines;
  return rows.map(row => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}
