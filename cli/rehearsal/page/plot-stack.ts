import uPlot from 'uplot';
import { drawLanes, LANE_HEIGHT, lanesOf } from './lanes';
import { onPaletteChange, readPalette } from './palette';
import { isWorthDrawing, PLOT_KINDS } from './plot-kinds';
import { laneOptions, plotOptions, View } from './plot-options';
import { SampleSeries } from './series';
import { faultsOf, lastMoment } from './time';
import { Report } from '../report/report';

/** The elements that plots go into. */
export interface PlotElements {
  readonly lanes: HTMLElement;
  /** For each of `PLOT_KINDS`, its figure, the place of its plot, and that of the values at the cursor. */
  readonly plots: readonly { readonly figure: HTMLElement; readonly canvas: HTMLElement; readonly values: HTMLElement }[];
}

/** All plots, one below the other, with one axis of time and one cursor. */
export class PlotStack {
  private readonly view: View = { from: 0, until: 1 };
  private readonly lanes: uPlot;
  private readonly plots: readonly uPlot[];
  private readonly end: () => void;
  private palette = readPalette();
  private isZoomed = false;
  private laneData: ReturnType<typeof lanesOf> = [];

  /** @param onCursor takes the second that the cursor is at, and how many seconds a pixel has; nothing if it is nowhere */
  constructor(private readonly elements: PlotElements, private report: Report, onCursor: (at: number | undefined, perPixel: number) => void) {
    const { regions } = report;
    const context = {
      view: this.view,
      palette: () => this.palette,
      faults: () => faultsOf(this.report),
      onZoom: (from: number, until: number) => this.zoom(from, until),
      onCursor: (plot: uPlot) => {
        this.showValues(plot);
        if (plot !== this.lanes) return;
        const { left = -1 } = plot.cursor;
        onCursor(left < 0 ? undefined : plot.posToVal(left, 'x'), (this.view.until - this.view.from) / Math.max(1, plot.over.clientWidth));
      },
    };
    const stepped = uPlot.paths.stepped!({ align: 1 });
    const draw = (plot: uPlot) => drawLanes(plot, this.laneData, this.palette, uPlot.pxRatio);
    this.lanes = new uPlot(laneOptions(context, LANE_HEIGHT * (regions.length + 1), draw), [[], []], elements.lanes);
    this.plots = PLOT_KINDS.map((kind, index) => (
      new uPlot(plotOptions(context, kind, regions, stepped), [[], ...regions.map(() => [])], elements.plots[index].canvas)));

    const observer = new ResizeObserver(() => this.fit());
    observer.observe(elements.lanes);
    const endPalette = onPaletteChange(() => {
      this.palette = readPalette();
      this.all.forEach(plot => plot.redraw(false));
    });
    this.all.forEach(plot => plot.over.addEventListener('dblclick', () => this.showAll()));
    this.end = () => {
      observer.disconnect();
      endPalette();
    };
    this.fit();
    this.update(report);
  }

  /** Shows a newer report: as much of it as before, if the reader has chosen a time. */
  public update(report: Report): void {
    this.report = report;
    const end = lastMoment(report);
    if (!this.isZoomed) Object.assign(this.view, { from: 0, until: end });
    this.laneData = lanesOf(report, faultsOf(report), end);
    this.lanes.setData([[0, end], [0, 0]]);
    const samples = new SampleSeries(report);
    PLOT_KINDS.forEach((kind, index) => {
      const series = kind.read(report, samples);
      this.elements.plots[index].figure.hidden = !isWorthDrawing(series, kind);
      this.plots[index].setData([series.times, ...series.values] as unknown as uPlot.AlignedData);
    });
  }

  /** Shows or hides a region in all plots. */
  public toggle(region: number, show: boolean): void {
    this.plots.forEach(plot => plot.setSeries(region + 1, { show }));
  }

  /** Moves the cursor by a part of what is to be seen, and shows it in the middle if it was nowhere. */
  public moveCursor(part: number): void {
    const { width } = this.lanes.over.getBoundingClientRect();
    const { left = -1 } = this.lanes.cursor;
    const next = left < 0 ? width / 2 : Math.max(0, Math.min(width, left + part * width));
    this.all.forEach(plot => plot.setCursor({ left: next, top: 1 }));
  }

  /** Shows less or more, around the cursor. */
  public zoomBy(factor: number): void {
    const { from, until } = this.view;
    const { left = -1 } = this.lanes.cursor;
    const center = left < 0 ? (from + until) / 2 : this.lanes.posToVal(left, 'x');
    const end = lastMoment(this.report);
    const start = Math.max(0, center - (center - from) * factor);
    const stop = Math.min(end, center + (until - center) * factor);
    if (start <= 0 && stop >= end) this.showAll();
    else this.zoom(start, stop);
  }

  /** Shows all of the time. */
  public showAll(): void {
    this.isZoomed = false;
    this.look(0, lastMoment(this.report));
  }

  public destroy(): void {
    this.end();
    this.all.forEach(plot => plot.destroy());
  }

  private get all(): readonly uPlot[] {
    return [this.lanes, ...this.plots];
  }

  private zoom(from: number, until: number): void {
    if (!(until - from > 0.05)) return;
    this.isZoomed = true;
    this.look(Math.max(0, from), until);
  }

  private look(from: number, until: number): void {
    Object.assign(this.view, { from, until });
    this.all.forEach(plot => plot.setScale('x', { min: from, max: until }));
  }

  private fit(): void {
    const width = this.elements.lanes.clientWidth;
    if (width > 0) this.all.filter(plot => plot.width !== width).forEach(plot => plot.setSize({ width, height: plot.height }));
  }

  private showValues(plot: uPlot): void {
    const index = this.plots.indexOf(plot);
    if (index < 0) return;
    const { idxs = [] } = plot.cursor;
    // elements that are there already: this happens with every movement of the mouse
    [...this.elements.plots[index].values.children].forEach((element, region) => {
      const at = idxs[region + 1];
      const value = typeof at === 'number' ? plot.data[region + 1]?.[at] : undefined;
      element.lastElementChild!.textContent = typeof value === 'number' && plot.cursor.left! >= 0 ? PLOT_KINDS[index].format(value) : '–';
    });
  }
}
