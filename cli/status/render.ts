import type { Colors } from 'picocolors/types';
import { AdmissionState } from './admission';
import { Concern, counted } from './concerns';
import { isUnderWay } from './deployments';
import { lagOf, Pair } from './pairs';
import { RegionStatus, SystemStatus } from './system-status';
import { Cell, renderTable } from './table';
import { Count, sum } from './workflows';
import { Answer, isProblem, Problem, valueOf } from '../operate/answers';

/** Of so many regions, all pairs are on the screen; of more, the worst ones. */
const ALL_PAIRS = 4;
const WORST_PAIRS = 6;

/** The name of each state in the table. A state is not described by what it is not. */
const STATES: Readonly<Record<AdmissionState, string>> = {
  SERVES: 'yes', EVACUATED: 'evacuated', FAILS: 'NO', SILENT: 'silent', RETIRING: 'retiring', UNKNOWN: '-',
};

/** Alarms of one region whose names are on the screen. */
const MOST_ALARMS = 5;

const NONE: Cell = { text: '-' };

/** Writes the state of a system as a person reads it. */
export function renderStatus(status: SystemStatus, concerns: readonly Concern[], colors: Colors): string {
  const { system, at, regions, pairs } = status;
  const parts = [
    [`${colors.bold(system)} at ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC, ${wayOf(status)}`],
    renderTable(
      ['REGION', 'SERVES', 'LAG', 'DEAD', 'OPEN/OVERDUE', 'DEPLOYING', 'ALARMS'],
      regions.map(region => rowOf(region, pairs, colors)),
      colors.dim,
    ),
    renderPairs(status, colors),
    underWay(regions),
    inAlarm(regions),
    concerns.length === 0 ? [] : [colors.bold('Needs a person:'), ...concerns.map(concern => renderConcern(concern, colors))],
    status.isDescribed ? [] : ['Without an assembly, only evacuations, stacks and alarms are known. One (--assembly) adds health, replication, dead letters and workflows.'],
  ];
  return parts.filter(lines => lines.length > 0).map(lines => `${lines.join('\n')}\n`).join('\n');
}

function renderConcern({ region, what, help }: Concern, colors: Colors): string {
  return `  ${region === undefined ? '' : `${colors.bold(region)}: `}${what} -> ${colors.cyan(help)}`;
}

function wayOf({ leads = [] }: SystemStatus): string {
  if (leads.length === 0) return 'as probed from here';
  const words = leads.map(({ name, to }) => `${name} ${isProblem(to) ? to.problem : `leads from here to ${to.value.join(', ') || 'none of the regions\' addresses'}`}`);
  return `as probed from here; ${words.join('; ')}`;
}

function rowOf(region: RegionStatus, pairs: readonly Pair[], colors: Colors): Cell[] {
  const { admission: { state }, deadLetters, workflows, deployments, alarms } = region;
  const paint = state === 'SERVES' ? colors.green : state === 'UNKNOWN' || state === 'RETIRING' ? undefined : colors.red;
  return [
    { text: region.region },
    { text: STATES[state], paint },
    lagCell(region, pairs, colors),
    cell(deadLetters, ({ dead }) => numberCell(dead.reduce((all, { messages }) => all + messages, 0), colors.red), colors),
    cell(workflows, states => {
      const overdue = states.flatMap(one => one.overdue ?? []);
      if (states.length === 0) return NONE;
      const late = sum(overdue);
      return { text: `${countText(sum(states.map(({ open }) => open)))}/${overdue.length === 0 ? '-' : countText(late)}`, paint: late.count > 0 ? colors.red : undefined };
    }, colors),
    cell(deployments, ({ stacks, canaries }) => {
      const failed = stacks.filter(stack => !isUnderWay(stack)).length;
      const words = [...stacks.length > failed ? [`${stacks.length - failed}`] : [], ...canaries.length > 0 ? ['canary'] : [], ...failed > 0 ? [`${failed} failed`] : []];
      return words.length === 0 ? { text: '0' } : { text: words.join(', '), paint: failed > 0 ? colors.red : colors.yellow };
    }, colors),
    // a composite one is there because of the others
    cell(alarms, ({ names, composites, isMore }) => numberCell(names.length || composites.length, colors.red, isMore), colors),
  ];
}

function cell<T>(answer: Answer<T> | undefined, render: (value: T) => Cell, colors: Colors): Cell {
  if (answer === undefined) return NONE;
  return isProblem(answer) ? { text: wordFor(answer), paint: colors.yellow } : render(answer.value);
}

const wordFor = ({ isSilent, problem }: Problem) => (isSilent ? 'silent' : problem.startsWith('access is denied') ? 'denied' : 'unknown');

const numberCell = (count: number, paint: Cell['paint'], isMore = false): Cell => ({ text: countText({ count, isMore }), paint: count > 0 ? paint : undefined });

const countText = ({ count, isMore }: Count) => `${count}${isMore ? '+' : ''}`;

/** Returns the worst of what comes to a region. */
function lagCell({ region, heartbeats }: RegionStatus, pairs: readonly Pair[], colors: Colors): Cell {
  const lags = pairs.filter(({ to }) => to === region).flatMap(pair => lagOf(pair) ?? []);
  if (lags.length === 0) return cell(heartbeats, () => NONE, colors);
  const worst = Math.max(...lags);
  return { text: time(worst), paint: worst > 60 ? colors.red : undefined };
}

function renderPairs({ regions, pairs }: SystemStatus, colors: Colors): string[] {
  const known = pairs.filter(pair => lagOf(pair) !== undefined);
  if (known.length === 0) return [];
  const shown = regions.length <= ALL_PAIRS ? pairs : [...known].sort((a, b) => lagOf(b)! - lagOf(a)!).slice(0, WORST_PAIRS);
  const rest = regions.length <= ALL_PAIRS ? 0 : pairs.length - shown.length;
  const text = (value: number | undefined, write: (known: number) => string): Cell => ({ text: value === undefined ? '-' : write(value) });
  return [
    ...renderTable(['FROM', 'TO', 'REPLICATED IN', 'LAST HEARTBEAT', 'LAST EVENT'], shown.map(({ from, to, latencyMillis, heartbeatSeconds, eventMinutes }) => [
      { text: from },
      { text: to },
      text(latencyMillis, millis => time(millis / 1000)),
      text(heartbeatSeconds, seconds => `${time(seconds)} ago`),
      text(eventMinutes, minutes => (Number.isFinite(minutes) ? `${minutes} min ago` : 'over 60 min ago')),
    ]), colors.dim),
    ...rest > 0 ? [colors.dim(`and ${rest} pairs that are not behind these; --json has them`)] : [],
  ];
}

/** Formats a time in as few digits as say something. */
export function time(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'over 60 min';
  if (seconds >= 120) return `${Math.round(seconds / 60)} min`;
  return seconds < 10 && !Number.isInteger(seconds) ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

/** Lists what goes on, and needs nobody. */
function underWay(regions: readonly RegionStatus[]): string[] {
  const lines = regions.flatMap(({ region, deployments, deadLetters }) => {
    const { stacks = [], canaries = [] } = valueOf(deployments) ?? {};
    const redriven = (deadLetters && valueOf(deadLetters)?.redriven) ?? [];
    return [
      ...stacks.filter(isUnderWay).map(({ stack, status }) => `${region}: the stack ${stack} is in ${status}`),
      ...canaries.map(canary => `${region}: ${Math.round(canary.weight * 100)} % of ${canary.function} goes to its version ${canary.version}`),
      ...redriven.map(({ queue, messages }) => `${region}: ${counted(messages, 'message')} to be sent again in ${queue}`),
    ];
  });
  return lines.length === 0 ? [] : ['Under way:', ...lines.map(line => `  ${line}`)];
}

/** Lists the alarms to show: a composite alarm only says that there are others, unless there are none to be seen. */
function inAlarm(regions: readonly RegionStatus[]): string[] {
  const lines = regions.flatMap(({ region, alarms }) => {
    const { names = [], composites = [] } = valueOf(alarms) ?? {};
    const listed = names.length > 0 ? names : composites;
    const more = listed.length - MOST_ALARMS;
    return [...listed.slice(0, MOST_ALARMS).map(name => `${region}: ${name}`), ...more > 0 ? [`${region}: and ${more} more`] : []];
  });
  return lines.length === 0 ? [] : ['In ALARM:', ...lines.map(line => `  ${line}`)];
}
