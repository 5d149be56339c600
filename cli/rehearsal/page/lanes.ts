import type uPlot from 'uplot';
import { Palette } from './palette';
import { regionDash } from './region-style';
import { RegionState, statesOf } from './series';
import { Moment, Report } from '../report/report';
import { Fault } from '../workload/workload';

/** Pixels. */
export const LANE_HEIGHT = 34;
const TEXT_SIZE = 11;
const BAR_TOP = 19;
const BAR_HEIGHT = 8;

interface Lane {
  readonly name: string;
  readonly color?: number;
  readonly states: readonly RegionState[];
  readonly spans: readonly { readonly from: number; readonly until: number; readonly text: string; readonly isFault: boolean }[];
  readonly moments: readonly Moment[];
}

/** Returns the lanes of what happened to whom: one for the drills, and one for each region. Times are in seconds. */
export function lanesOf({ regions, drills, samples, moments }: Report, faults: readonly Fault[], end: number): Lane[] {
  const momentsOf = (region: string | undefined) => moments.filter(moment => (regions.find(known => known === moment.region)) === region);
  return [
    {
      name: 'drills',
      states: [],
      spans: drills.map(({ name, at, until }) => ({ from: at / 1000, until: until / 1000, text: name, isFault: false })),
      moments: momentsOf(undefined),
    },
    ...regions.map((region, color) => ({
      name: region,
      color,
      states: statesOf(region, samples, end),
      spans: faults.filter(fault => fault.regions.includes(region)).map(({ nemesis, at, until }) => (
        { from: at / 1000, until: until === undefined ? end : until / 1000, text: nemesis, isFault: true })),
      moments: momentsOf(region),
    })),
  ];
}

/** Draws lanes into a plot. */
export function drawLanes(plot: uPlot, lanes: readonly Lane[], palette: Palette, ratio: number): void {
  const { ctx, bbox: { left, top, width, height } } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.font = `${TEXT_SIZE * ratio}px ${palette.font}`;
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'left';
  const x = (seconds: number) => plot.valToPos(seconds, 'x', true);
  lanes.forEach((lane, index) => drawLane(ctx, lane, { x, y: top + index * LANE_HEIGHT * ratio, left, width, ratio, palette }));
  ctx.restore();
}

interface Place {
  readonly x: (seconds: number) => number;
  readonly y: number;
  readonly left: number;
  readonly width: number;
  readonly ratio: number;
  readonly palette: Palette;
}

function drawLane(ctx: CanvasRenderingContext2D, lane: Lane, place: Place): void {
  const { x, y, left, width, ratio, palette } = place;
  const height = LANE_HEIGHT * ratio;
  for (const { from, until, isFault } of lane.spans) {
    ctx.fillStyle = isFault ? palette.faultLane : palette.grid;
    ctx.fillRect(x(from), y + ratio, Math.max(2 * ratio, x(until) - x(from) - (isFault ? 0 : 2 * ratio)), height - 2 * ratio);
  }
  lane.states.forEach(state => drawState(ctx, state, lane.color!, place));
  ctx.fillStyle = palette.grid;
  ctx.fillRect(left, y + height - ratio / 2, width, ratio / 2);

  const baseline = y + 13 * ratio;
  ctx.fillStyle = palette.text;
  ctx.fillText(lane.name, left + 4 * ratio, baseline);
  let free = left + 4 * ratio + ctx.measureText(lane.name).width + 12 * ratio;
  ctx.fillStyle = palette.faint;
  for (const { from, until, text, isFault } of [...lane.spans].sort((a, b) => a.from - b.from)) {
    const start = Math.max(x(from) + 4 * ratio, free);
    const needed = ctx.measureText(text).width;
    // a text begins in what it is about, and the name of a drill does not run into the next one
    if (start > Math.min(left + width, x(until)) || x(until) < left || (!isFault && start + needed > x(until))) continue;
    if (isFault) ctx.fillStyle = palette.failed;
    ctx.fillText(text, start, baseline);
    free = start + needed + 8 * ratio;
  }
  lane.moments.forEach(moment => drawMoment(ctx, moment, place));
}

/** Draws the state of a region. Full: in service. A line: customers are led elsewhere. Dashes in red: it does not answer. */
function drawState(ctx: CanvasRenderingContext2D, { from, until, state }: RegionState, color: number, { x, y, ratio, palette }: Place): void {
  const middle = y + (BAR_TOP + BAR_HEIGHT / 2) * ratio;
  if (state === 'in') {
    ctx.fillStyle = palette.regions[color % palette.regions.length];
    ctx.fillRect(x(from), y + BAR_TOP * ratio, x(until) - x(from), BAR_HEIGHT * ratio);
    return;
  }
  ctx.strokeStyle = state === 'out' ? palette.regions[color % palette.regions.length] : palette.failed;
  ctx.lineWidth = 2 * ratio;
  ctx.setLineDash(state === 'out' ? regionDash(0) : [3 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(x(from), middle);
  ctx.lineTo(x(until), middle);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** Draws a moment. A triangle up: a fault; down: a recovery; a diamond: health; a dot: a step. */
function drawMoment(ctx: CanvasRenderingContext2D, { at, kind }: Moment, { x, y, ratio, palette }: Place): void {
  const [cx, cy, r] = [x(at / 1000), y + (BAR_TOP + BAR_HEIGHT / 2) * ratio, 5 * ratio];
  ctx.beginPath();
  switch (kind) {
    case 'fault':
      polygon(ctx, [[cx, cy - r], [cx + r, cy + r], [cx - r, cy + r]]);
      break;
    case 'recovery':
      polygon(ctx, [[cx, cy + r], [cx + r, cy - r], [cx - r, cy - r]]);
      break;
    case 'health':
      polygon(ctx, [[cx, cy - r], [cx + r, cy], [cx, cy + r], [cx - r, cy]]);
      break;
    case 'step':
      ctx.arc(cx, cy, r * 0.6, 0, 2 * Math.PI);
      break;
  }
  ctx.fillStyle = kind === 'fault' ? palette.failed : palette.text;
  ctx.strokeStyle = palette.surface;
  ctx.lineWidth = 1.5 * ratio;
  ctx.stroke();
  ctx.fill();
}

function polygon(ctx: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  points.forEach(([px, py], index) => index === 0 ? ctx.moveTo(px, py) : ctx.lineTo(px, py));
  ctx.closePath();
}
