/** One odd value in one place of an otherwise valid system. */
import { inspect } from 'util';
import { App } from 'aws-cdk-lib';
import { absent, oddValues } from './odd-values';
import { Input, METHOD_PARAMETERS, propsOf, STRUCT_NAMES } from './public-api';
import { constructed, OF_METHOD, OF_STRUCT, receivers } from './valid-systems';

export interface Case {
  readonly input: Input;
  readonly value: unknown;
  /** Whether TypeScript's types allow the value. */
  readonly isTyped: boolean;
  /** What the value does to a system; undefined if it changes none. */
  readonly run: () => App | undefined;
}

export const idOf = ({ owner, name }: Input) => `${owner}.${name}`;

/** A case in the words of a failure. */
export function describeCase({ input, value }: Case): string {
  return `${idOf(input)} = ${inspect(value, { depth: 3, maxArrayLength: 3, maxStringLength: 60, breakLength: Infinity }).slice(0, 160)}`;
}

/** Methods that only tell: one system serves all cases. */
const TELLS = /^(metric|inRegion|\w+In$|colorOf|peersOf|of$)/;

/** Parameters of every construct, which the CDK judges. */
const OF_EVERY_CONSTRUCT = ['scope', 'id', 'construct'];

function casesOf(input: Input, seed: number, run: (odd: Record<string, unknown>) => App | undefined): Case[] {
  const make = (value: unknown, isTyped: boolean): Case => ({ input, value, isTyped, run: () => run({ [input.name]: value }) });
  return [...oddValues(input.type, seed).map(value => make(value, true)), ...absent(input).map(value => make(value, false))];
}

let told: ReturnType<typeof receivers> | undefined;

function call(owner: string, method: string, parameters: Input[], odd: Record<string, unknown>): App | undefined {
  const tells = TELLS.test(method);
  const { app, of, valid } = tells ? told ??= receivers() : receivers();
  const given = method === 'subscribe' ? { ...valid, id: 'Other', props: undefined } : method === 'publishChangesTo' ? { ...valid, options: { detailType: 'Changed' } } : valid;
  const all: Record<string, unknown> = { ...given, ...odd };
  of[owner][method](...parameters.map(({ name }) => all[name]));
  return tells ? undefined : app;
}

function casesOfMethod(id: string, parameters: Input[], seed: number): Case[] {
  const [owner, method] = id.split('.');
  if (method === 'new') {
    return parameters.filter(({ name }) => name === 'props').flatMap(input => casesOf(input, seed, odd => constructed(owner, odd)));
  }
  const run = OF_METHOD[id] ?? (odd => call(owner, method, parameters, odd));
  return parameters.filter(({ name }) => !OF_EVERY_CONSTRUCT.includes(name)).flatMap(input => casesOf(input, seed, run));
}

/** What no valid system is there for, although the public API has it. */
export function uncovered(): string[] {
  const { of } = receivers();
  const structs = STRUCT_NAMES.filter(name => !OF_STRUCT[name]);
  const methods = [...METHOD_PARAMETERS].filter(([id, parameters]) => {
    const [owner, method] = id.split('.');
    return parameters.length > 0 && !parameters.every(({ name }) => OF_EVERY_CONSTRUCT.includes(name)) && method !== 'new' && !OF_METHOD[id] && !of[owner]?.[method];
  }).map(([id]) => id);
  return [...structs, ...methods];
}

/** All cases. Their values made by chance differ with the seed. */
export function allCases(seed: number): Case[] {
  return [
    ...STRUCT_NAMES.flatMap(struct => propsOf(struct).flatMap(prop => casesOf(prop, seed, OF_STRUCT[struct]))),
    ...[...METHOD_PARAMETERS].flatMap(([id, parameters]) => casesOfMethod(id, parameters, seed)),
  ];
}
