import { MultiRegionSystem } from '../../src';
import { allTemplates, regions, testApp } from '../support/synth';

/** Props of a data interface, each with a value that its base does not have. */
export interface Subject {
  /** The name of the interface, or of a method with a dot in it. */
  readonly of: string;
  /** What tells it from others of the same interface, for other bases. */
  readonly when?: string;
  /** The props before the change, and whatever they need in the system, before and after it. */
  readonly base?: (system: MultiRegionSystem) => any;
  /** Makes what has the props in a system; returns the templates if they are not those of the system. */
  readonly make: (system: MultiRegionSystem, props: any) => Record<string, any> | void;
  /** The values after the change: as they are, made in the system, `With` other props, or the reason why it changes nothing of what is deployed. */
  readonly changes: { readonly [prop: string]: unknown };
}

/** Why a prop changes nothing that is deployed. */
export class OnlyAtSynthesis {
  constructor(public readonly reason: string) {}
}

/** All props that differ, for one that has no meaning without others. */
export class With {
  constructor(public readonly props: object) {}
}

export function testScene(): MultiRegionSystem {
  return new MultiRegionSystem(testApp(), 'Shop', { ...regions(2), account: '111122223333' });
}

/** What is deployed of a subject, before any change or after one. */
export function deployed({ base, make }: Subject, change?: [prop: string, value: unknown]): Record<string, any> {
  const system = testScene();
  const before = base?.(system) ?? {};
  const value = typeof change?.[1] === 'function' ? change[1](system, before) : change?.[1];
  const after = value instanceof With ? value.props : change && { [change[0]]: value };
  return make(system, { ...before, ...after }) ?? allTemplates(system);
}

/** Keys and ARNs by region, as a prop has them. */
export function byRegion<T>(system: MultiRegionSystem, value: (region: string) => T): Record<string, T> {
  return Object.fromEntries(system.regions.map(region => [region, value(region)]));
}

export const keyArns = (system: MultiRegionSystem) => byRegion(system, region => `arn:aws:kms:${region}:111122223333:key/1b2c3d4e-0000-0000-0000-000000000000`);

/** A change of each alarm. */
export const thresholds = (...keys: string[]) => Object.fromEntries(keys.map(key => [key, { threshold: 123 }]));
