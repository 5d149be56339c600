import { TimeRange } from './times';
import { archiveName } from '../../src/global-event-bus/constants';
import { AskedSystem } from '../operate/asked-system';
import { SubscriptionDescription, SystemDescription } from '../system/system-description';

/** The events to replay, and the targets that they go to. */
export interface ReplayPlan {
  readonly bus: string;
  readonly archive: string;
  readonly range: TimeRange;
  /** The only rules that get the events; all of the bus if nothing is named. */
  readonly rules?: readonly string[];
  /** The subscriptions that get the events; nothing is known of them without an assembly. */
  readonly consumers?: readonly Consumer[];
}

export interface Consumer extends SubscriptionDescription {
  /** The kind of the target, in a word. */
  readonly kind: string;
}

/** A replay that runs, as far as it must be known to tell whether another one may begin. */
export interface RunningReplay extends TimeRange {
  readonly name: string;
  /** The names of the only rules that get the events; all of the bus if there is nothing. */
  readonly rules?: readonly string[];
}

/** Finds the bus and the rules that somebody names. Throws if they are not there, or if a name is missing. */
export function planOf(system: AskedSystem, range: TimeRange, asked: { readonly bus?: string; readonly rule?: readonly string[] }): ReplayPlan {
  const { name, description } = system;
  if (!description) {
    if (asked.bus === undefined) throw new Error(`only the assembly of ${name} says which buses it has: name it by --assembly, or the bus by --bus`);
    return { bus: asked.bus, archive: archiveName(asked.bus), range, rules: asked.rule };
  }
  const { buses } = description;
  const names = buses.map(bus => bus.name).join(', ');
  const [found, ...others] = buses.filter(bus => asked.bus === undefined || bus.name === asked.bus);
  if (found === undefined) throw new Error(buses.length === 0 ? `${name} has no bus` : `${asked.bus} is not a bus of ${name}, whose are ${names}`);
  if (others.length > 0) throw new Error(`${name} has several buses: name one of ${names} by --bus`);
  const rules = found.subscriptions.map(({ rule }) => rule);
  const unknown = asked.rule?.find(rule => !rules.includes(rule));
  if (unknown !== undefined) throw new Error(`${unknown} is not a rule of a subscription of ${found.name}, whose are ${rules.join(', ')}`);
  const consumers = found.subscriptions.filter(({ rule }) => asked.rule?.includes(rule) ?? true)
    .map(one => ({ ...one, kind: kindOf(one.target, description) }));
  return { bus: found.name, archive: found.archive, range, rules: asked.rule, consumers };
}

/** Returns the rules of a region that a replay is limited to: all of the bus if nothing is named, and none if the region has none of those that are. */
export function rulesIn(region: string, { rules, consumers }: ReplayPlan): readonly string[] | undefined {
  return rules?.filter(rule => consumers?.some(consumer => consumer.rule === rule && consumer.regions.includes(region)) ?? true);
}

/**
 * Says how a replay that runs is related to one that is asked for: it is the same, it gives some of the same events to the same rules, or it has nothing to do with it.
 */
export function relationOf(running: RunningReplay, { from, to }: TimeRange, rules: readonly string[] | undefined): 'same' | 'overlapping' | 'other' {
  const isSame = running.from.getTime() === from.getTime() && running.to.getTime() === to.getTime() && textOf(running.rules) === textOf(rules);
  if (isSame) return 'same';
  const sharesRules = !running.rules || !rules || running.rules.some(rule => rules.includes(rule));
  return sharesRules && running.from < to && from < running.to ? 'overlapping' : 'other';
}

/** Returns the name of a replay, its own in an account and a region, and the same in all regions, so that one name cancels all. */
export function replayName(now: Date): string {
  return `cdk-multi-region-${now.toISOString().replace(/[-:.]/g, '')}`;
}

const textOf = (rules: readonly string[] | undefined) => JSON.stringify(rules && [...rules].sort());

function kindOf(target: string, { functions, queues, workflows }: SystemDescription): string {
  const isNamed = ({ name }: { readonly name: string }) => name === target;
  return [functions.some(isNamed) && 'function', queues.some(isNamed) && 'queue', workflows.some(isNamed) && 'workflow'].find(Boolean) || 'target';
}
