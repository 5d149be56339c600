import { h, ComponentChild } from 'preact';
import { statusOf } from './status';
import { RegionState } from '../live-state';

/** A line is this wide at the most, in pixels. */
const WIDEST = 9;

/** With more regions, a narrow page has no room for it. */
const FEW = 3;

/** Draws the requests of the customers near each region at this moment, as lines from them to regions: straight down while all is well. */
export function Flow({ regions }: { readonly regions: readonly RegionState[] }): ComponentChild {
  const columns = { style: { gridTemplateColumns: `repeat(${regions.length}, minmax(0, 1fr))` } };
  return h('figure', { 'class': `live-flow ${regions.length > FEW ? 'live-many' : ''}`, 'aria-label': regions.map(spoken).join('. ') },
    h('div', { ...columns, 'class': 'live-row', 'aria-hidden': 'true' }, regions.map(({ name, customers: { sendTo } }) => (
      h('div', { key: name, class: 'live-customers' }, h('span', { class: 'live-more' }, 'customers near '), h('b', {}, name), h('span', { class: 'live-rate' }, `${rateOf(total(sendTo))}/s`))
    ))),
    h('svg', { 'viewBox': `0 0 ${regions.length * 100} 100`, 'preserveAspectRatio': 'none', 'aria-hidden': 'true' },
      regions.flatMap((region, from) => linesOf(region, from, regions))),
    h('div', { ...columns, 'class': 'live-row', 'aria-hidden': 'true' }, regions.map(region => {
      const { className, sign, word } = statusOf(region);
      return h('div', { key: region.name, class: `live-region ${className}` }, h('b', {}, region.name), h('span', { class: 'live-word' }, `${sign} ${word}`));
    })));
}

function linesOf({ name, customers: { sendTo, ledTo } }: RegionState, from: number, regions: readonly RegionState[]): ComponentChild[] {
  const targets = Object.keys(sendTo).length > 0 ? Object.entries(sendTo) : [[ledTo ?? name, 0] as const];
  return targets.flatMap(([target, rate]) => {
    const to = regions.findIndex(region => region.name === target);
    // the name led nowhere
    if (to < 0) return [];
    const [x1, x2] = [from * 100 + 50, to * 100 + 50];
    const d = `M ${x1} 0 C ${x1} 60, ${x2} 40, ${x2} 100`;
    const className = isServing(regions[to]) ? (to === from ? 'live-home' : 'live-elsewhere') : 'live-failing';
    const width = Math.min(WIDEST, 2 + Math.sqrt(rate) * 2);
    return [
      h('path', { 'key': `${name} ${target}`, d, 'class': `live-line ${className}`, 'stroke-width': width }),
      rate > 0 ? h('path', { 'key': `${name} ${target} moving`, d, 'class': `live-line live-moving ${className}`, 'stroke-width': width }) : null,
    ].flatMap(path => path ?? []);
  });
}

/** Returns whether it answers customers, as far as anybody can see from outside. */
function isServing({ vitals, isFrozen, requestsPerSecond, errorsPerSecond }: RegionState): boolean {
  return !isFrozen && vitals !== undefined && errorsPerSecond * 2 <= requestsPerSecond;
}

function spoken({ name, customers: { sendTo, ledTo } }: RegionState): string {
  const targets = Object.keys(sendTo);
  return `Customers near ${name} are led to ${(targets.length > 0 ? targets : [ledTo ?? name]).join(' and ')}`;
}

function total(rates: Readonly<Record<string, number>>): number {
  return Object.values(rates).reduce((sum, rate) => sum + rate, 0);
}

/** Requests a second, as people read them. */
export function rateOf(rate: number): string {
  return rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
}
