import type uPlot from 'uplot';
import { Palette } from './palette';
import { PlotKind } from './plot-kinds';
import { regionDash } from './region-style';
import { Fault } from '../workload/workload';

/** Pixels. */
export const PLOT_HEIGHT = 108;
const GUTTER = 54;
const X_AXIS = 26;
/** So that the last mark of an axis is not cut off. */
const RIGHT = 16;

/** Distances between the marks of an axis of whole numbers. */
const WHOLE_STEPS = [0, 1, 2, 3, 4, 5, 6].flatMap(power => [1, 2, 5].map(step => step * 10 ** power));

/** The span of time that all plots look at: seconds. */
export interface View {
  from: number;
  until: number;
}

export interface PlotContext {
  readonly view: View;
  readonly palette: () => Palette;
  readonly faults: () => readonly Fault[];
  /** Called when a reader has marked a time with the mouse. */
  readonly onZoom: (from: number, until: number) => void;
  /** Called when the cursor has moved in any plot. */
  readonly onCursor: (plot: uPlot) => void;
}

interface SharedOptions extends Omit<uPlot.Options, 'series' | 'scales' | 'axes'> {
  readonly x: uPlot.Scale;
  readonly xAxis: uPlot.Axis;
}

/** Returns the options that plots and lanes have in common: the time, the cursor, and the faults as bands. */
function sharedOptions({ view, palette, faults, onZoom, onCursor }: PlotContext, height: number): SharedOptions {
  return {
    width: 300,
    height: height + X_AXIS,
    legend: { show: false },
    padding: [6, RIGHT, 0, 0],
    cursor: {
      y: false,
      points: { size: 6 },
      sync: { key: 'rehearsal' },
      drag: { x: true, y: false, setScale: false },
    },
    x: { time: false, range: () => [view.from, view.until] },
    xAxis: {
      size: X_AXIS,
      font: axisFont(palette()),
      stroke: () => palette().faint,
      grid: { stroke: () => palette().grid, width: 1 },
      ticks: { show: false },
      values: (_, splits) => splits.map(seconds => `${Number(seconds.toFixed(1))} s`),
    },
    hooks: {
      drawClear: [plot => drawFaults(plot, faults(), view, palette())],
      setSelect: [plot => {
        const { left, width } = plot.select;
        if (width > 4) onZoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
      setCursor: [onCursor],
    },
  };
}

/** Options of a plot with a line for each region. */
export function plotOptions(context: PlotContext, kind: PlotKind, regions: readonly string[], stepped: uPlot.Series.PathBuilder): uPlot.Options {
  const { x, xAxis, ...shared } = sharedOptions(context, PLOT_HEIGHT);
  return {
    ...shared,
    scales: { x, y: { range: (_, __, max) => [0, Math.max(max * 1.08 || 0, 1)] } },
    axes: [xAxis, {
      size: GUTTER,
      gap: 4,
      font: axisFont(context.palette()),
      stroke: () => context.palette().faint,
      grid: { stroke: () => context.palette().grid, width: 1 },
      ticks: { show: false },
      space: 26,
      ...kind.isWhole ? { incrs: WHOLE_STEPS } : {},
      values: (_, splits) => splits.map(kind.format),
    }],
    series: [{}, ...regions.map((region, index) => ({
      label: region,
      stroke: () => context.palette().regions[index % context.palette().regions.length],
      width: 1.75,
      dash: regionDash(index),
      points: { show: false },
      ...kind.isStepped ? { paths: stepped } : {},
    }))],
  };
}

/** Options of what lanes are drawn into. */
export function laneOptions(context: PlotContext, height: number, draw: (plot: uPlot) => void): uPlot.Options {
  const { x, xAxis, ...shared } = sharedOptions(context, height);
  return {
    ...shared,
    padding: [0, RIGHT, 0, 0],
    scales: { x, y: { range: () => [0, 1] } },
    axes: [xAxis, { size: GUTTER, values: () => [], grid: { show: false }, ticks: { show: false } }],
    series: [{}, { show: true, stroke: 'transparent', points: { show: false } }],
    // lanes show their own faults
    hooks: { ...shared.hooks, drawClear: [], draw: [draw] },
  };
}

function drawFaults({ ctx, bbox, valToPos }: uPlot, faults: readonly Fault[], view: View, { fault: color }: Palette): void {
  const { left, top, width, height } = bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.fillStyle = color;
  for (const { at, until } of faults) {
    const [from, end] = [valToPos(at / 1000, 'x', true), valToPos(until === undefined ? view.until : until / 1000, 'x', true)];
    ctx.fillRect(from, top, Math.max(2, end - from), height);
  }
  ctx.restore();
}

function axisFont({ font }: Palette): string {
  return `11px ${font}`;
}
