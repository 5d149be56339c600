import { shown, WorkloadMistake } from './mistakes';
import { Workload } from './workload';

/** Says what is wrong with a value; nothing if it is fit for use. */
type Check = (value: unknown) => string | undefined;

const aFunction: Check = value => (typeof value === 'function' ? undefined : `must be a function, and is ${shown(value)}`);

const optional = (check: Check): Check => value => (value === undefined ? undefined : check(value));

const from = (least: number, most: number, isInteger = false): Check => value => {
  const fits = typeof value === 'number' && value >= least && value <= most && (!isInteger || Number.isInteger(value));
  return fits ? undefined : `must be ${isInteger ? 'an integer' : 'a number'} from ${least} to ${most}, and is ${shown(value)}`;
};

const checkers: Check = value => {
  if (!Array.isArray(value)) return `must be a list of checkers, and is ${shown(value)}`;
  const odd = value.findIndex(one => typeof one?.name !== 'string' || typeof one.check !== 'function');
  return odd < 0 ? undefined : `must be a list of checkers with a name and a function check, and number ${odd + 1} is ${shown(value[odd])}`;
};

const poison: Check = value => {
  const { operation, cure } = Object(value) as Record<string, unknown>;
  return typeof operation === 'function' && typeof cure === 'function' ? undefined : `must have functions operation and cure, and is ${shown(value)}`;
};

/** Rates are of what a laptop can do. */
const CHECKS: Record<keyof Workload, Check> = {
  generator: aFunction,
  client: aFunction,
  readBack: optional(aFunction),
  isExpectedToFail: optional(aFunction),
  checkers: optional(checkers),
  rate: optional(from(0.01, 1000)),
  customers: optional(from(1, 1000, true)),
  timeoutMs: optional(from(1, 600_000)),
  poison: optional(poison),
  prepare: optional(aFunction),
  setUp: optional(aFunction),
};

/**
 * Returns what a module exports by default, once it is known to be a workload.
 *
 * @param file as messages name it
 */
export function validateWorkload(file: string, module: unknown): Workload {
  const { default: exported } = Object(module) as { default?: unknown };
  // what TypeScript compiles to CommonJS has its default export inside of what Node.js takes for it
  const workload = isObject(exported) && 'default' in exported ? exported.default : exported;
  if (workload === undefined || (isObject(workload) && Object.keys(workload).length === 0)) {
    throw new WorkloadMistake(`${file} has no default export; it must end with: export default defineWorkload({ generator, client })`);
  }
  if (!isObject(workload)) throw new WorkloadMistake(`the default export of ${file} must be a workload, an object with generator and client, and is ${shown(workload)}`);
  const unknown = Object.keys(workload).filter(name => !(name in CHECKS));
  if (unknown.length > 0) throw new WorkloadMistake(`the workload in ${file} has ${unknown.join(', ')}, which means nothing; a workload may have ${Object.keys(CHECKS).join(', ')}`);
  for (const [name, check] of Object.entries(CHECKS)) {
    const problem = check(workload[name]);
    if (problem) throw new WorkloadMistake(`${name} of the workload in ${file} ${problem}`);
  }
  return workload as unknown as Workload;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
