import { lagOf, SampleSeries, Series, slowestAnswers } from './series';
import { Report } from '../report/report';
import { count, duration } from '../report/words';

/** A plot of the timeline. */
export interface PlotKind {
  readonly title: string;
  readonly help?: string;
  readonly format: (value: number) => string;
  readonly read: (report: Report, samples: SampleSeries) => Series;
  /** Indicates whether it is left out as long as there is nothing but zeros. */
  readonly isRare?: boolean;
  /** Indicates whether only whole numbers make sense. */
  readonly isWhole?: boolean;
  /** Indicates whether a value stays the same until the next one. */
  readonly isStepped?: boolean;
}

const rate = (value: number) => `${Number(value.toFixed(value < 10 ? 1 : 0))}/s`;

export const PLOT_KINDS: readonly PlotKind[] = [
  { title: 'Requests', format: rate, read: (_, samples) => samples.rate('requests') },
  { title: 'Failed requests', format: rate, read: (_, samples) => samples.rate('errors') },
  {
    title: 'Slowest answer',
    help: 'Of each second, by the region that was asked. A request that was given up counts until then.',
    format: duration,
    read: ({ operations, regions }) => slowestAnswers(operations, regions),
  },
  { title: 'Replication lag', help: 'The age of the oldest row or event on its way from a region to a peer.', format: duration, read: (_, samples) => samples.vitals(lagOf) },
  { title: 'Open workflows', format: count, isWhole: true, read: (_, samples) => samples.vitals(({ openWorkflows }) => openWorkflows) },
  { title: 'Takeovers', help: 'Workflows that a region took over from others, since it was started.', format: count, isWhole: true, isStepped: true, read: (_, samples) => samples.vitals(({ takeovers }) => takeovers) },
  { title: 'Dead letters', format: count, isWhole: true, isRare: true, isStepped: true, read: (_, samples) => samples.vitals(({ deadLetters }) => deadLetters) },
];

/** Returns whether there is anything to draw. */
export function isWorthDrawing({ values }: Series, { isRare }: PlotKind): boolean {
  return values.some(line => line.some(value => isRare ? Boolean(value) : typeof value === 'number'));
}
