import { Component, createRef, h, RefObject, JSX } from 'preact';
import { PLOT_KINDS } from './plot-kinds';
import { PlotStack } from './plot-stack';
import { regionClass } from './region-style';
import { faultsOf } from './time';
import { Moment, Report } from '../report/report';
import { faultPhrase } from '../report/verdict-sentence';
import { duration } from '../report/words';

/** The moments that are shown at the cursor: those within these pixels of it. */
const NEAR = 8;
/** The number of moments that are shown at once. */
const TOLD = 3;

const KINDS: Readonly<Record<Moment['kind'], string>> = { fault: '▲ fault', recovery: '▼ recovery', health: '◆ health', step: '● step' };

interface TimelineProps {
  readonly report: Report;
}

interface TimelineState {
  /** The numbers of the regions that are not drawn. */
  readonly hidden: readonly number[];
}

/** The timeline of what happened, drawn, and as a list. */
export class Timeline extends Component<TimelineProps, TimelineState> {
  public state: TimelineState = { hidden: [] };
  private readonly lanes = createRef<HTMLDivElement>();
  private readonly told = createRef<HTMLParagraphElement>();
  private readonly plots: readonly { figure: RefObject<HTMLElement>; canvas: RefObject<HTMLDivElement>; values: RefObject<HTMLDivElement> }[] =
    PLOT_KINDS.map(() => ({ figure: createRef(), canvas: createRef(), values: createRef() }));
  private stack?: PlotStack;
  private readonly keys: Readonly<Record<string, () => void>> = {
    'ArrowLeft': () => this.stack!.moveCursor(-0.01),
    'ArrowRight': () => this.stack!.moveCursor(0.01),
    '+': () => this.stack!.zoomBy(0.5),
    '-': () => this.stack!.zoomBy(2),
    '0': () => this.stack!.showAll(),
  };

  public componentDidMount(): void {
    this.draw();
  }

  public componentDidUpdate({ report }: TimelineProps): void {
    if (report === this.props.report) return;
    if (report.regions.join() === this.props.report.regions.join()) {
      this.stack!.update(this.props.report);
    } else {
      this.stack!.destroy();
      this.draw();
    }
  }

  public componentWillUnmount(): void {
    this.stack?.destroy();
  }

  public render({ report }: TimelineProps, { hidden }: TimelineState): JSX.Element {
    const { regions, samples, moments } = report;
    return h('div', {},
      samples.length === 0 && moments.length === 0 ? h('p', { class: 'empty' }, 'Nothing was sampled.') : null,
      h('div', { 'class': 'legend', 'role': 'group', 'aria-label': 'Regions in the plots' }, regions.map((region, index) => h('button', {
        'key': region, 'type': 'button', 'class': regionClass(index), 'aria-pressed': !hidden.includes(index), 'onClick': () => this.toggle(index),
      }, h('span', { class: 'swatch' }), region))),
      h('div', { 'class': 'plots', 'tabIndex': 0, 'role': 'group', 'aria-label': LABEL, 'onKeyDown': this.key },
        h('div', { class: 'lanes', ref: this.lanes }),
        h('p', { class: 'signs' }, SIGNS),
        h('p', { class: 'told', ref: this.told, role: 'status' }, HINT),
        PLOT_KINDS.map(({ title, help }, index) => h('figure', { key: title, ref: this.plots[index].figure },
          h('figcaption', {}, h('span', { title: help }, title), h('div', { class: 'values', ref: this.plots[index].values },
            regions.map((region, number) => h('span', { key: region, class: regionClass(number), title: region, hidden: hidden.includes(number) }, h('span', { class: 'swatch' }), h('span', {}, '–'))))),
          h('div', { 'ref': this.plots[index].canvas, 'role': 'img', 'aria-label': `${title} by region over time` })))),
      h(Happenings, { report }));
  }

  private draw(): void {
    const plots = this.plots.map(({ figure, canvas, values }) => ({ figure: figure.current!, canvas: canvas.current!, values: values.current! }));
    this.stack = new PlotStack({ lanes: this.lanes.current!, plots }, this.props.report, this.tell);
    this.state.hidden.forEach(region => this.stack!.toggle(region, false));
  }

  private toggle(region: number): void {
    const { hidden } = this.state;
    const isHidden = hidden.includes(region);
    this.stack!.toggle(region, isHidden);
    this.setState({ hidden: isHidden ? hidden.filter(other => other !== region) : [...hidden, region] });
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = this.keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  private readonly tell = (at: number | undefined, perPixel: number) => {
    this.told.current!.textContent = at === undefined ? HINT : [`${at.toFixed(1)} s`, ...whatIsAt(this.props.report, at * 1000, perPixel * NEAR * 1000)].join(' · ');
  };
}

const HINT = 'Move over the plots to read values. Drag to zoom, double-click to see all.';
const SIGNS = `${Object.values(KINDS).join('  ')} · bar: customers are led here, line: they are led elsewhere, dashes: no answer`;
const LABEL = 'Plots with one axis of time: left and right move the cursor, plus and minus zoom, 0 shows all';

/** Returns the words for a moment: faults that last, and what happened near it. Times are in milliseconds. */
function whatIsAt(report: Report, at: number, near: number): string[] {
  const distance = (moment: Moment) => Math.abs(moment.at - at);
  const faults = faultsOf(report).filter(fault => fault.at <= at && at <= (fault.until ?? Infinity)).map(faultPhrase);
  const moments = report.moments.filter(moment => distance(moment) <= near).sort((a, b) => distance(a) - distance(b)).slice(0, TOLD)
    .map(({ region, text }) => region === undefined || text.includes(region) ? text : `${region}: ${text}`);
  return [...faults, ...moments];
}

/** Renders the same for those who do not see the plots, or want to read on. */
function Happenings({ report: { moments } }: TimelineProps): JSX.Element | null {
  if (moments.length === 0) return null;
  return h('details', { class: 'happenings' },
    h('summary', {}, `What happened, in order: ${moments.length}`),
    h('div', { class: 'scrolls' }, h('table', {},
      h('thead', {}, h('tr', {}, ['At', 'Kind', 'Region', 'What'].map(title => h('th', { scope: 'col' }, title)))),
      h('tbody', {}, moments.map(({ at, kind, region, text }, index) => h('tr', { key: index },
        h('td', { class: 'number' }, duration(at)), h('td', { class: `kind ${kind}` }, KINDS[kind]), h('td', {}, region ?? ''), h('td', {}, text)))))));
}
