import { h, ComponentChild } from 'preact';
import { ControlState, LiveState, RegionState } from '../live-state';

/** The most used nemeses, in this order, and the labels of their buttons. */
const FIRST: Readonly<Record<string, readonly [string, string]>> = {
  freeze: ['Freeze', 'Thaw'], evacuate: ['Evacuate', 'Restore'], partition: ['Cut off', 'Heal'],
};

export interface FaultButtonsProps {
  readonly region: RegionState;
  readonly nemeses: LiveState['nemeses'];
  readonly isConnected: boolean;
  readonly act: (nemesis: string, region: string, action: 'inject' | 'heal') => void;
}

/** Begins faults in a region, and takes them back. */
export function FaultButtons({ region, nemeses, isConnected, act }: FaultButtonsProps): ComponentChild {
  const { name, controls } = region;
  const button = (control: ControlState) => {
    const isOn = control.phase === 'on' || control.phase === 'ending';
    const refusal = isConnected ? control.refusal : 'The rehearsal does not answer.';
    const [begin, end] = FIRST[control.nemesis] ?? [titleOf(control.nemesis), `End ${control.nemesis}`];
    return h('button', {
      'key': control.nemesis,
      'type': 'button',
      'class': isOn ? 'live-on' : '',
      // stays where the keyboard can reach it, so that the reason can be read
      'aria-disabled': refusal === undefined ? undefined : 'true',
      'aria-label': `${isOn ? end : begin} ${name}`,
      'aria-describedby': refusal === undefined ? undefined : reasonId(name, control),
      'title': refusal,
      'onClick': () => { if (refusal === undefined) act(control.nemesis, name, isOn ? 'heal' : 'inject'); },
    }, isOn ? end : begin);
  };
  const first = Object.keys(FIRST).flatMap(nemesis => controls.find(control => control.nemesis === nemesis) ?? []);
  const others = controls.filter(control => !first.includes(control));
  const reasons = new Set(first.flatMap(({ refusal }) => refusal ?? []));
  return h('div', { 'class': 'live-faults', 'role': 'group', 'aria-label': `Faults in ${name}` },
    h('div', { class: 'live-buttons' }, first.map(button)),
    h('div', { class: 'live-spoken' }, controls.map(control => h('span', { id: reasonId(name, control) }, control.refusal))),
    isConnected && reasons.size > 0 ? h('p', { class: 'live-reasons' }, [...reasons].join(' ')) : null,
    others.length === 0 ? null : h('details', {},
      h('summary', {}, `More faults (${others.length})`),
      h('ul', {}, others.map(control => h('li', { key: control.nemesis },
        button(control), h('span', {}, control.refusal ?? nemeses.find(nemesis => nemesis.name === control.nemesis)?.summary ?? ''))))));
}

function titleOf(nemesis: string): string {
  const words = nemesis.replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function reasonId(region: string, { nemesis }: ControlState): string {
  return `live-${region}-${nemesis}`;
}
