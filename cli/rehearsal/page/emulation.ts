import { h, JSX } from 'preact';
import { Report } from '../report/report';
import { count, plural } from '../report/words';

const MEANING = {
  emulated: 'Works as on AWS, but for what is noted',
  accepted: 'Deployed without an effect',
  skipped: 'Left out of the deployment',
} as const;

/** Renders what was not as on AWS. */
export function Emulation({ emulation: { types, scaled } }: Pick<Report, 'emulation'>): JSX.Element {
  const verdicts = (['skipped', 'accepted', 'emulated'] as const).filter(verdict => types.some(type => type.verdict === verdict));
  return h('section', { 'aria-labelledby': 'emulation' },
    h('h2', { id: 'emulation' }, 'What was not as on AWS'),
    h('ul', { class: 'scaled' },
      h('li', {}, 'All times are of this harness: local processes that stand in for AWS services, on one machine.'),
      scaled.map(text => h('li', {}, text))),
    verdicts.map(verdict => {
      const own = types.filter(type => type.verdict === verdict);
      return h('details', { key: verdict, open: verdict === 'skipped' },
        h('summary', {}, `${plural(own.length, 'resource type')} ${verdict}`, h('span', { class: 'more' }, ` ${MEANING[verdict]}`)),
        h('div', { 'class': 'scrolls', 'tabIndex': 0, 'role': 'region', 'aria-label': `Resource types ${verdict}` },
          h('table', {},
            h('thead', {}, h('tr', {}, ['Type', 'Resources', 'Note'].map(title => h('th', { scope: 'col' }, title)))),
            h('tbody', {}, own.map(({ type, count: number, note }) => h('tr', {}, h('td', {}, h('code', {}, type)), h('td', { class: 'number' }, count(number)), h('td', {}, note)))))));
    }),
    types.length === 0 ? h('p', { class: 'empty' }, 'Every resource type is emulated in full.') : null);
}
