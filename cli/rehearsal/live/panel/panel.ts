/// <reference lib="dom" />
import { h, render, ComponentChild } from 'preact';
import { RegionCard } from './card';
import { Live } from './connection';
import { Flow } from './flow';
import { happeningOf, spokenOf } from './happening';
import { secondsOf } from './sparkline';
import { STYLE } from './style';
import { Moment, Report } from '../../report/report';
import { LiveState } from '../live-state';

/** The number of the latest moments that are shown: the timeline below has them all. */
const MOMENTS = 4;

/** The interval at which spans of time are counted on. */
const TICK_MS = 500;

/**
 * Shows the regions as they are now, and lets each be disturbed.
 *
 * @param root an element of the page that is the panel's own
 */
export function mountPanel(root: HTMLElement, { state, act }: Live): void {
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  document.adoptedStyleSheets.push(style);
  root.classList.add('live');

  let shown: { readonly state: LiveState; readonly report: Report; readonly receivedAt: number } | undefined;
  let isConnected = false;
  const answers = new Map<string, string>();
  const draw = () => {
    if (!shown) {
      render(h('p', { class: 'live-now' }, 'The page waits for the rehearsal to answer.'), root);
      return;
    }
    // after the connection is lost, time stands still
    const at = shown.state.at + (isConnected ? performance.now() - shown.receivedAt : 0);
    render(h(Panel, {
      ...shown,
      at,
      isConnected,
      answers,
      act: async (nemesis, region, action) => {
        const { accepted, text } = await act(nemesis, region, action);
        if (accepted) answers.delete(region);
        else answers.set(region, text);
        draw();
      },
    }), root);
  };
  state((news, report) => {
    isConnected = news !== undefined;
    if (news && report) shown = { state: news, report, receivedAt: performance.now() };
    draw();
  });
  draw();
  setInterval(() => { if (isConnected && !document.hidden) draw(); }, TICK_MS);
}

interface PanelProps {
  readonly state: LiveState;
  readonly report: Report;
  /** Milliseconds since the start of the rehearsal. */
  readonly at: number;
  readonly isConnected: boolean;
  /** The reasons why the last click on a region was refused, by region. */
  readonly answers: ReadonlyMap<string, string>;
  readonly act: (nemesis: string, region: string, action: 'inject' | 'heal') => void;
}

function Panel({ state, report, at, isConnected, answers, act }: PanelProps): ComponentChild {
  const sentences = isConnected
    ? happeningOf(state, at)
    : ['The rehearsal does not answer: it has ended, or is being started again. This is what was seen until then.'];
  const seconds = new Map(state.regions.map(({ name }) => [name, secondsOf(name, report.samples, at)]));
  // one scale for all, so that one sees where the requests of a region go
  const most = Math.max(...[...seconds.values()].flat().map(({ requests }) => requests));
  return h('section', { 'aria-label': 'The regions now', 'class': isConnected ? '' : 'live-lost' },
    h('div', { class: 'live-now' }, sentences.map((sentence, i) => h('p', { key: i }, sentence))),
    h('p', { class: 'live-spoken', role: 'status' }, isConnected ? spokenOf(state) : sentences[0]),
    h(Flow, { regions: state.regions }),
    h('div', { class: 'live-cards' }, state.regions.map(region => h(RegionCard, {
      key: region.name,
      region,
      at,
      nemeses: state.nemeses,
      seconds: seconds.get(region.name)!,
      most,
      answer: answers.get(region.name),
      isConnected,
      act,
    }))),
    h(Latest, { moments: report.moments }));
}

function Latest({ moments }: { readonly moments: readonly Moment[] }): ComponentChild | null {
  if (moments.length === 0) return null;
  const latest = moments.slice(-MOMENTS).reverse();
  return h('ol', { 'class': 'live-moments', 'aria-label': 'What happened last', 'reversed': true }, latest.map(({ at, kind, text }) => (
    h('li', { key: `${at} ${text}`, class: `live-moment-${kind}` }, h('span', { class: 'live-at' }, `${(at / 1000).toFixed(1)} s`), text)
  )));
}
