import { Body, Widget } from './body';
import { Line, linesOf, Sample } from './lines';

const COLUMN = 60;
const ROW = 42;
const MARGIN = 6;
/** The colors in which CloudWatch draws lines that have none of their own. */
const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#bcbd22', '#17becf'];

export interface PageOptions {
  readonly sample: Sample;
  readonly stateOf: (alarmArn: string) => 'OK' | 'ALARM' | 'no answer';
  readonly minutes: number;
  readonly caption: string;
}

/** Renders a page that looks as CloudWatch's console would show a dashboard, with sample data. */
export function page({ widgets }: Body, options: PageOptions): string {
  const height = Math.max(...widgets.map(({ y, height: rows }) => y + rows)) * ROW;
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #f2f3f3; font: 13px/1.45 "Amazon Ember", "Helvetica Neue", Arial, sans-serif; color: #16191f }
    main { position: relative; width: ${24 * COLUMN}px; height: ${height}px; margin: 8px }
    section { position: absolute; box-sizing: border-box; background: #fff; border: 1px solid #d5dbdb; overflow: hidden; padding: 6px 10px }
    section.plain { background: none; border: none }
    h1 { font-size: 20px; margin: 2px 0 4px } h2 { font-size: 16px; margin: 8px 0 0 } p { margin: 4px 0 } pre { background: #f2f3f3; padding: 6px; margin: 4px 0 }
    h3 { font-size: 13px; margin: 0 0 2px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis } a { color: #0073bb }
    footer { margin: 0 10px 6px; color: #687078 } .state { font-weight: bold; padding: 2px 8px; color: #fff; border-radius: 3px; display: inline-block }
    .OK { background: #1d8102 } .ALARM { background: #d13212 } .no { background: #879596 }
  </style><main>${widgets.map(widget => box(widget, options)).join('\n')}</main><footer>${options.caption}</footer>`;
}

function box(widget: Widget, options: PageOptions): string {
  const { x, y, width, height, type, properties } = widget;
  const w = width * COLUMN - MARGIN;
  const h = height * ROW - MARGIN;
  const style = `left:${x * COLUMN}px;top:${y * ROW}px;width:${w}px;height:${h}px`;
  switch (type) {
    case 'text': return `<section class="${(properties as any).background === 'transparent' ? 'plain' : ''}" style="${style}">${markdown(properties.markdown!)}</section>`;
    case 'alarm': return `<section style="${style}"><h3>${properties.title}</h3>${properties.alarms!.map(arn => (
      `<span class="state ${options.stateOf(arn)}">${options.stateOf(arn)}</span> ${arn.split(':').pop()}`
    )).join('<br>')}</section>`;
    case 'metric': return `<section style="${style}"><h3>${properties.title}</h3>${graph(widget, linesOf(widget, options.sample, options.minutes), w - 20, h - 34)}</section>`;
  }
}

function graph({ properties }: Widget, lines: Line[], width: number, height: number): string {
  const legend = rowsOfLegend(lines, width);
  const left = 46;
  const plot = { width: width - left - 6, height: height - 20 - legend.length * 15 };
  const thresholds = properties.annotations?.horizontal ?? [];
  const values = lines.flatMap(line => line.values.filter(value => value !== undefined));
  const most = properties.yAxis?.left?.max ?? ((Math.max(...values, ...thresholds.map(({ value }) => value), 0) || 1) * 1.1);
  const px = (minute: number, count: number) => left + (minute / Math.max(1, count - 1)) * plot.width;
  const py = (value: number) => 6 + plot.height - (Math.min(value, most) / most) * plot.height;
  const paths = lines.map(({ color, values: all }, i) => {
    const d = all.map((value, minute) => (value === undefined ? '' : `${all[minute - 1] === undefined ? 'M' : 'L'}${px(minute, all.length).toFixed(1)} ${py(value).toFixed(1)}`)).join('');
    return `<path d="${d}" fill="none" stroke="${color ?? COLORS[i % COLORS.length]}" stroke-width="1.6"/>`;
  });
  const grid = [0, 0.5, 1].map(share => `<line x1="${left}" x2="${left + plot.width}" y1="${py(most * share)}" y2="${py(most * share)}" stroke="#e9ebed"/>
    <text x="${left - 5}" y="${py(most * share) + 4}" text-anchor="end">${short(most * share)}</text>`);
  const marks = thresholds.map(({ value, label, color }) => `<line x1="${left}" x2="${left + plot.width}" y1="${py(value)}" y2="${py(value)}" stroke="${color ?? '#555'}"/>
    <text x="${left + plot.width}" y="${py(value) - 3}" text-anchor="end" fill="${color ?? '#555'}">${label ?? ''}</text>`);
  const nothing = values.length === 0 ? `<text x="${left + plot.width / 2}" y="${plot.height / 2}" text-anchor="middle" fill="#879596">no data</text>` : '';
  return `<svg width="${width}" height="${height}" font-size="10" fill="#545b64">${grid.join('')}${paths.join('')}${marks.join('')}${nothing}
    <text transform="translate(9 ${6 + plot.height / 2}) rotate(-90)" text-anchor="middle">${properties.yAxis?.left?.label ?? ''}</text>
    ${['-3 h', '-2 h', '-1 h', 'now'].map((text, i) => `<text x="${left + (plot.width * i) / 3}" y="${plot.height + 18}" text-anchor="${i === 0 ? 'start' : i === 3 ? 'end' : 'middle'}">${text}</text>`).join('')}
    ${legend.map((row, r) => row.map(({ line, x, i }) => `<rect x="${x}" y="${plot.height + 24 + r * 15}" width="8" height="8" fill="${line.color ?? COLORS[i % COLORS.length]}"/>
      <text x="${x + 11}" y="${plot.height + 32 + r * 15}">${line.label}</text>`).join('')).join('')}</svg>`;
}

function rowsOfLegend(lines: Line[], width: number): { line: Line; x: number; i: number }[][] {
  const rows: { line: Line; x: number; i: number }[][] = [[]];
  let x = 0;
  lines.forEach((line, i) => {
    const size = 18 + line.label.length * 5.6;
    if (x + size > width && x > 0) {
      rows.push([]);
      x = 0;
    }
    rows[rows.length - 1].push({ line, x, i });
    x += size;
  });
  return rows.slice(0, 5);
}

function short(value: number): string {
  if (value === 0) return '0';
  if (value >= 1_000_000) return `${(value / 1_000_000).toPrecision(2)} M`;
  if (value >= 10_000) return `${Math.round(value / 1000)} k`;
  return value < 10 ? value.toPrecision(2) : String(Math.round(value));
}

/** Renders the little markdown that the dashboard uses. */
function markdown(text: string): string {
  const inline = (line: string) => line
    .replace(/&/g, '&amp;').replace(/</g, '&lt;')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '<a>$1</a>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/`([^`]+)`/g, '<code>$1</code>');
  return text.split('```').map((part, i) => (i % 2 ? `<pre>${inline(part.trim())}</pre>` : part.split('\n').filter(Boolean).map(line => {
    const [, heading, title] = /^(#+) (.*)$/.exec(line) ?? [];
    return heading ? `<h${heading.length}>${inline(title)}</h${heading.length}>` : `<p>${inline(line)}</p>`;
  }).join(''))).join('');
}
