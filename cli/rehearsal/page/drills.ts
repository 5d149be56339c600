import { h, JSX } from 'preact';
import { Badge, Checks } from './checks';
import { DrillReport } from '../report/report';
import { faultPhrase } from '../report/verdict-sentence';
import { count, duration, plural } from '../report/words';

export interface DrillsProps {
  readonly drills: readonly DrillReport[];
  /** Shows the operations of a drill that failed, where there is a table of them. */
  readonly onFailed?: (drill: number) => void;
}

/** Renders a card for each drill. */
export function Drills({ drills, onFailed }: DrillsProps): JSX.Element {
  return h('section', { 'aria-labelledby': 'drills' },
    h('h2', { id: 'drills' }, 'Drills'),
    drills.length === 0
      ? h('p', { class: 'empty' }, 'No drill ran.')
      : h('div', { class: 'cards' }, drills.map((drill, index) => h(DrillCard, { key: `${index} ${drill.name}`, drill, onFailed: onFailed && (() => onFailed(index)) }))));
}

function DrillCard({ drill, onFailed }: { readonly drill: DrillReport; readonly onFailed?: () => void }): JSX.Element {
  const { name, title, verdict, at, until, faults, checks, failed, requests } = drill;
  return h('article', { class: `card ${verdict}` },
    h('header', {}, h('h3', {}, title), h(Badge, { outcome: verdict })),
    h('p', { class: 'when' }, h('code', {}, name), ` from ${duration(at)} to ${duration(until)}`),
    faults.length === 0 ? null : h('ul', { class: 'faults' }, faults.map(fault => h('li', {}, faultPhrase(fault)))),
    h('dl', { class: 'figures' },
      h(Figure, { term: 'RTO', help: 'Recovery time: from the first fault until customers of the regions that it hit were served again', value: recoveryTime(drill) }),
      h(Figure, { term: 'RPO', help: 'Recovery point: the age of the oldest acknowledged write that the survivors had not seen when the fault came', ...recoveryPoint(drill) }),
      h(Figure, { term: 'Lost', help: 'Acknowledged writes that some region does not know in the end', value: count(drill.lost), isBad: drill.lost > 0 }),
      h(Figure, {
        term: 'Failed requests',
        value: onFailed && failed > 0 ? h('button', { type: 'button', class: 'link', onClick: onFailed, title: 'Shows them in the table of operations' }, count(failed)) : count(failed),
        more: `of ${count(requests)}`,
      }),
      h(Figure, { term: 'Doubled', help: 'Workflows that ran in more than one region', ...doubled(drill) })),
    h(Checks, { checks }));
}

interface FigureProps {
  readonly term: string;
  readonly value: string | JSX.Element;
  readonly help?: string;
  readonly more?: string;
  readonly isBad?: boolean;
}

function Figure({ term, value, help, more, isBad }: FigureProps): JSX.Element {
  return h('div', { class: isBad ? 'bad' : undefined },
    h('dt', { title: help }, term),
    h('dd', {}, h('span', { class: typeof value === 'string' && !/\d/.test(value) ? 'word' : 'value' }, value), more === undefined ? null : h('span', { class: 'more' }, ` ${more}`)));
}

function recoveryTime({ recoveryTimeMs, requests }: DrillReport): string {
  if (recoveryTimeMs !== undefined) return duration(recoveryTimeMs);
  return requests === 0 ? 'no load' : 'always served';
}

function recoveryPoint({ recoveryPoint: point }: DrillReport): Pick<FigureProps, 'value' | 'more'> {
  if (!point) return { value: 'not measured' };
  return { value: duration(point.ms), more: plural(point.writes, 'write') };
}

function doubled({ doubled: all, explained }: DrillReport): Pick<FigureProps, 'value' | 'more' | 'isBad'> {
  if (all === 0) return { value: '0' };
  return { value: count(all), more: explained === all ? 'all explained by a fault' : `${count(explained)} explained by a fault`, isBad: explained < all };
}
