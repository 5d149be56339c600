import { h, ComponentChild } from 'preact';
import { Sample } from '../../report/report';

const SECONDS = 60;
const HEIGHT = 36;

/** The requests to a region in a second. */
export interface Second {
  requests: number;
  errors: number;
  isSilent: boolean;
}

export interface SparklineProps {
  readonly seconds: readonly Second[];
  /** The number of requests of the highest bar. */
  readonly most: number;
}

/** Requests and errors of a region in the last minute, a bar for each second; gray where the region did not answer. */
export function Sparkline({ seconds, most }: SparklineProps): ComponentChild {
  const scale = Math.max(4, most);
  const bars = (height: (second: Second) => number, from: (second: Second) => number) => seconds.map((second, i) => {
    const size = height(second) / scale * HEIGHT;
    return size > 0 ? `M${i * 4} ${(HEIGHT - from(second) / scale * HEIGHT).toFixed(1)}h3v${(-size).toFixed(1)}h-3z` : '';
  }).join('');
  const all = (what: 'requests' | 'errors') => seconds.reduce((sum, second) => sum + second[what], 0);
  return h('svg', {
    'class': 'live-sparkline',
    'viewBox': `0 0 ${SECONDS * 4} ${HEIGHT}`,
    'preserveAspectRatio': 'none',
    'role': 'img',
    'aria-label': `${all('requests')} requests in the last minute, ${all('errors')} of them failed`,
  },
  h('path', { class: 'live-silent', d: seconds.map(({ isSilent }, i) => (isSilent ? `M${i * 4} 0h4v${HEIGHT}h-4z` : '')).join('') }),
  h('path', { class: 'live-served', d: bars(({ requests, errors }) => Math.max(0, requests - errors), ({ errors }) => errors) }),
  h('path', { class: 'live-failed', d: bars(({ errors }) => errors, () => 0) }));
}

/**
 * Returns the last minute of a region, the oldest second first.
 *
 * @param at milliseconds since the start
 */
export function secondsOf(region: string, samples: readonly Sample[], at: number): Second[] {
  // whole seconds, so that bars move on and do not change
  const last = Math.floor(at / 1000);
  const seconds = Array.from({ length: SECONDS }, (): Second => ({ requests: 0, errors: 0, isSilent: false }));
  for (let i = samples.length - 1; i >= 0; i--) {
    const sample = samples[i];
    const second = SECONDS - 1 - (last - Math.floor(sample.at / 1000));
    if (second < 0) break;
    if (sample.region !== region || second >= SECONDS) continue;
    seconds[second].requests += sample.requests;
    seconds[second].errors += sample.errors;
    seconds[second].isSilent ||= sample.vitals === undefined;
  }
  return seconds;
}
