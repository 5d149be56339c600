/** What is told of one step. */
export interface Row {
  readonly step: string;
  readonly seconds: number;
  /** Those of customers, while it lasted; nothing while there were no customers. */
  readonly requests?: number;
  readonly failed?: number;
  readonly orders?: number;
  readonly lost?: number;
  readonly doubled?: number;
}

const HEADS = ['step', 'seconds', 'requests', 'failed', 'orders', 'lost', 'doubled'] as const;

/** The table of a life, as Markdown. */
export function tableOf(rows: Row[]): string {
  const cells = [
    [...HEADS],
    ...rows.map(({ step, seconds, requests, failed, orders, lost, doubled }) => [
      step, seconds.toFixed(1), ...[requests, failed, orders, lost, doubled].map(count => (count === undefined ? '' : String(count))),
    ]),
  ];
  const widths = HEADS.map((_, column) => Math.max(...cells.map(row => row[column].length)));
  const line = (row: string[]) => `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const [heads, ...body] = cells;
  return [line(heads), `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`, ...body.map(line)].join('\n');
}
