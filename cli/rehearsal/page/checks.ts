import { h, JSX } from 'preact';
import { CheckReport } from '../report/report';
import { plural } from '../report/words';

type Outcome = CheckReport['outcome'];

const MARKS: Readonly<Record<Outcome, string>> = { passed: '✔', failed: '✖', unknown: '?' };
const WORDS: Readonly<Record<Outcome, string>> = { passed: 'passed', failed: 'failed', unknown: 'not told' };

/** Renders an outcome as a mark, with its word for those who do not see it. */
export function Mark({ outcome }: { readonly outcome: Outcome }): JSX.Element {
  return h('span', { class: `mark ${outcome}` }, h('span', { 'aria-hidden': 'true' }, MARKS[outcome]), h('span', { class: 'unseen' }, WORDS[outcome]));
}

/** Renders an outcome as a word in a box. */
export function Badge({ outcome }: { readonly outcome: Outcome }): JSX.Element {
  return h('span', { class: `badge ${outcome}` }, h('span', { 'aria-hidden': 'true' }, `${MARKS[outcome]} `), WORDS[outcome]);
}

/** Checks, folded unless one of them did not pass; those that did not come first. */
export function Checks({ checks }: { readonly checks: readonly CheckReport[] }): JSX.Element | null {
  if (checks.length === 0) return null;
  const count = (outcome: Outcome) => checks.filter(check => check.outcome === outcome).length;
  const counts = (['failed', 'unknown', 'passed'] as const).filter(outcome => count(outcome) > 0).map(outcome => `${count(outcome)} ${WORDS[outcome]}`);
  const order: readonly Outcome[] = ['failed', 'unknown', 'passed'];
  const sorted = [...checks].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  return h('details', { class: 'checks', open: count('passed') < checks.length },
    h('summary', {}, `${plural(checks.length, 'check')}: ${counts.join(', ')}`),
    h('ul', {}, sorted.map(check => h(Check, { check }))));
}

function Check({ check: { claim, outcome, summary, details = [] } }: { readonly check: CheckReport }): JSX.Element {
  return h('li', { class: outcome },
    h(Mark, { outcome }),
    h('div', {},
      h('span', { class: 'claim' }, claim),
      summary === '' ? null : h('span', { class: 'seen' }, summary),
      details.length === 0 ? null : h('pre', { tabIndex: 0 }, details.join('\n'))));
}
