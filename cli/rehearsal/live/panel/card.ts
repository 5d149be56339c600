import { h, ComponentChild } from 'preact';
import { FaultButtons } from './fault-buttons';
import { rateOf } from './flow';
import { spanOf, wordFor } from './happening';
import { Second, Sparkline } from './sparkline';
import { statusOf } from './status';
import { Vitals } from '../../report/report';
import { LiveState, RegionState } from '../live-state';

/** More peers are not told one by one. */
const FEW = 3;

export interface RegionCardProps {
  readonly region: RegionState;
  /** Milliseconds since the start. */
  readonly at: number;
  readonly nemeses: LiveState['nemeses'];
  readonly seconds: readonly Second[];
  /** The most requests of any region in a second. */
  readonly most: number;
  /** The reason why the last click was refused. */
  readonly answer?: string;
  readonly isConnected: boolean;
  readonly act: (nemesis: string, region: string, action: 'inject' | 'heal') => void;
}

/** Renders a region: how it is, what it does, and what can be done to it. */
export function RegionCard({ region, at, nemeses, seconds, most, answer, isConnected, act }: RegionCardProps): ComponentChild {
  const { name, host, isHealthy, faults, requestsPerSecond, errorsPerSecond, vitals } = region;
  const { className } = statusOf(region);
  return h('article', { 'class': `live-card ${className}`, 'data-region': name, 'aria-labelledby': `live-${name}` },
    h('header', {},
      h('h3', { id: `live-${name}` }, name),
      h('span', { class: `live-health ${isHealthy ? 'live-good' : 'live-bad'}` }, isHealthy ? '● healthy' : '✕ unhealthy'),
      faults.map(({ nemesis, since }) => h('span', { key: nemesis, class: 'live-fault' }, `${wordFor(nemesis)} ${spanOf(at - since)}`))),
    h('p', { class: 'live-host' }, host),
    h('p', { class: 'live-requests' }, h('b', {}, `${rateOf(requestsPerSecond)} requests/s`),
      errorsPerSecond > 0 ? h('span', { class: 'live-errors' }, `✕ ${rateOf(errorsPerSecond)} errors/s`) : h('span', { class: 'live-span' }, 'in the last minute')),
    h(Sparkline, { seconds, most }),
    h('p', { class: 'live-customers-of' }, customersOf(region)),
    h(VitalsList, { vitals }),
    h(FaultButtons, { region, nemeses, isConnected, act }),
    answer === undefined ? null : h('p', { class: 'live-answer', role: 'alert' }, answer));
}

function customersOf({ name, customers: { servedBy, ledTo, sendTo } }: RegionState): string {
  if (!servedBy) return ledTo === undefined || ledTo === name ? 'Customers near it are led here.' : `Customers near it are led to ${ledTo}.`;
  const others = Object.keys(sendTo).filter(region => region !== servedBy.region);
  const also = others.length === 0 ? '' : `, and some still go to ${others.join(' and ')}`;
  return `Customers near it are served ${servedBy.region === name ? 'here' : `by ${servedBy.region}`}${also}.`;
}

function VitalsList({ vitals }: { readonly vitals?: Vitals }): ComponentChild {
  if (!vitals) return h('p', { class: 'live-no-vitals' }, 'It does not say how it is.');
  const { replication, openWorkflows, endedWorkflows, takeovers, deadLetters, alarms } = vitals;
  const row = (term: string, value: string, className = '') => [h('dt', {}, term), h('dd', { class: className }, value)];
  return h('dl', { class: 'live-vitals' },
    ...backlogsOf(replication).flatMap(([peers, queued, lagMs]) => (
      row(`to ${peers}`, queued === 0 ? 'up to date' : `${queued} waiting, ${spanOf(lagMs)} behind`, queued === 0 ? '' : 'live-warned')
    )),
    ...row('workflows', `${openWorkflows} open, ${endedWorkflows} ended`),
    ...row('taken over', String(takeovers), takeovers === 0 ? '' : 'live-told'),
    ...row('dead letters', String(deadLetters), deadLetters === 0 ? '' : 'live-warned'),
    ...row('in ALARM', alarms.length === 0 ? 'none' : alarms.join(', '), alarms.length === 0 ? '' : 'live-warned'));
}

/** Returns the backlogs, by peer and with their age: of each of few peers, or of few that are behind; of all together if these are many. */
function backlogsOf(replication: Vitals['replication']): (readonly [string, number, number])[] {
  const peers = Object.entries(replication).map(([peer, { queued, lagMs }]) => [peer, queued, lagMs] as const);
  const behind = peers.filter(([, queued]) => queued > 0);
  if (peers.length <= FEW) return peers;
  const rest = peers.length - behind.length;
  const inTime = rest === 0 ? [] : [[behind.length === 0 ? `${rest} peers` : `${rest} others`, 0, 0] as const];
  if (behind.length <= FEW) return [...behind, ...inTime];
  return [[`${behind.length} peers`, behind.reduce((sum, [, queued]) => sum + queued, 0), Math.max(...behind.map(([,, lagMs]) => lagMs))], ...inTime];
}
