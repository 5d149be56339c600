import { ComponentChildren, h, JSX } from 'preact';
import { Checks, Mark } from './checks';
import { Drills } from './drills';
import { Emulation } from './emulation';
import { regionClass } from './region-style';
import { Report, SectionReport } from '../report/report';
import { verdictSentence } from '../report/verdict-sentence';
import { count, duration, plural } from '../report/words';

export interface PageProps {
  readonly report: Report;
  /** Indicates whether the regions still run, so that the report is one of now. */
  readonly isLive: boolean;
  /** The part that only a browser shows. */
  readonly timeline?: ComponentChildren;
  readonly operations?: ComponentChildren;
  readonly onFailed?: (drill: number) => void;
}

/** Renders all that a report says, with or without a browser's part of it. */
export function Page({ report, isLive, timeline, operations, onFailed }: PageProps): JSX.Element {
  const { drills, sections, emulation, kind } = report;
  return h('div', { class: 'page' },
    h(Top, { report, isLive }),
    h('main', {},
      h(Drills, { drills, onFailed }),
      h('section', { 'aria-labelledby': 'timeline', 'class': 'timeline' }, h('h2', { id: 'timeline' }, 'Timeline'), timeline ?? h(NeedsScript, { what: 'The timeline' })),
      h('section', { 'aria-labelledby': 'operations', 'class': 'operations' },
        h('h2', { id: 'operations' }, 'Operations'), operations ?? h(NeedsScript, { what: 'The table of operations' })),
      sections.length === 0 ? null : h(Sections, { sections }),
      kind === 'game day' ? null : h(Emulation, { emulation }),
      h(Again, { report })));
}

function Top({ report, isLive }: { readonly report: Report; readonly isLive: boolean }): JSX.Element {
  const { kind, app, system, regions, startedAt, durationMs, verdict, counts } = report;
  const sentence = verdictSentence(report);
  return h('header', { class: 'top' },
    h('p', { class: 'about' },
      h('strong', {}, system), kind === 'game day' ? ', game day of ' : ' rehearsed ', h('time', { dateTime: startedAt }, `${startedAt.slice(0, 16).replace('T', ' ')} UTC`), ` in ${duration(durationMs)}`,
      app === '' || app === system ? null : [' · ', h('code', {}, app)]),
    h('div', { class: `verdict ${verdict}` },
      h(Mark, { outcome: verdict }),
      h('div', {},
        h('h1', {}, isLive ? `So far: ${sentence}` : sentence),
        h('p', {}, `${plural(counts.passed + counts.failed + counts.unknown, 'check')}: ${count(counts.passed)} passed, ${count(counts.failed)} failed`,
          counts.unknown === 0 ? '' : `, ${count(counts.unknown)} not told`,
          kind === 'game day' ? '. All times are as customers on the machine of the command saw them.' : '. All times are those of this harness, and never those of AWS.'))),
    h('ul', { 'class': 'regions', 'aria-label': 'Regions' },
      regions.map((region, index) => h('li', { key: region, class: regionClass(index) }, h('span', { class: 'swatch' }), region, index === 0 ? h('span', { class: 'more' }, ' primary') : null))));
}

function NeedsScript({ what }: { readonly what: string }): JSX.Element {
  return h('noscript', {}, h('p', { class: 'empty' }, `${what} needs JavaScript, which is turned off here. Everything is in the JSON report as well.`));
}

function Sections({ sections }: { readonly sections: readonly SectionReport[] }): JSX.Element {
  return h('section', { 'aria-labelledby': 'sections' },
    h('h2', { id: 'sections' }, 'Besides the drills'),
    h('div', { class: 'cards' }, sections.map(({ title, notes, checks }) => h('article', { key: title, class: 'card' },
      h('h3', {}, title),
      notes.length === 0 ? null : h('ul', { class: 'notes' }, notes.map(note => h('li', {}, note))),
      h(Checks, { checks })))));
}

function Again({ report: { seed, command } }: { readonly report: Report }): JSX.Element {
  return h('section', { 'aria-labelledby': 'again' },
    h('h2', { id: 'again' }, 'Once more'),
    h('p', {}, 'The seed of this run is ', h('code', {}, String(seed)), command === undefined ? '.' : '. The same operations and faults come again by:'),
    command === undefined ? null : h('pre', { tabIndex: 0, class: 'command' }, command));
}
