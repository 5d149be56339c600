/** What is deployed does not depend on the shell that it is synthesized in: handlers read the environment, constructs do not. */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts')).map(path => ({ path, text: readFileSync(join('src', path), 'utf8') }));
const runsInLambda = (path: string) => path.endsWith('.lambda.ts') || path === join('system', 'log.ts');

/** Environment variables that constructs set, by the constant that names them. */
const constants = new Map(sources.filter(({ path }) => path.endsWith('constants.ts'))
  .flatMap(({ text }) => [...text.matchAll(/export const ([A-Z][A-Z0-9_]*) = '([A-Z][A-Z0-9_]*)'/g)].map(([, name, value]) => [name, value])));

/** Environment variables that handlers read. */
const read = sources.filter(({ path }) => runsInLambda(path)).flatMap(({ text }) => [
  ...[...text.matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name),
  ...[...text.matchAll(/process\.env\[(\w+)\]/g)].map(([, name]) => constants.get(name) ?? `no constant ${name}`),
]);

const NAMES = [...new Set([...constants.values(), ...read])].sort();

type Synthesis = Record<string, object>;

/** The templates of a system with every construct, and of its pipeline, as a new process would make them. */
function synthesize(): Synthesis {
  let templates: Synthesis = {};
  jest.isolateModules(() => {
    /* eslint-disable @typescript-eslint/no-require-imports -- so that everything is loaded anew */
    const { AuditTrail, MultiRegionDashboard } = require('../../src') as typeof import('../../src');
    const { strictPipeline } = require('../compliance/everything') as typeof import('../compliance/everything');
    const { testApp } = require('../support/synth') as typeof import('../support/synth');
    const { wholeSystem } = require('../support/whole-system') as typeof import('../support/whole-system');
    /* eslint-enable @typescript-eslint/no-require-imports */
    const app = testApp();
    const { system } = wholeSystem(2, {}, app);
    new AuditTrail(system, 'Audit');
    new MultiRegionDashboard(system, 'Dashboard');
    strictPipeline(app);
    templates = Object.fromEntries(app.synth().stacks.map(({ stackName, template }) => [stackName, template]));
  });
  return templates;
}

describe('the environment', () => {
  const before = { ...process.env };
  afterEach(() => {
    NAMES.forEach(name => delete process.env[name]);
    Object.assign(process.env, before);
  });

  test('is read by handlers only', () => {
    const readers = sources.filter(({ path, text }) => !runsInLambda(path) && /process\.env\b/.test(text)).map(({ path }) => path);
    // it asks the CDK's validation, which this variable of the CDK's switches off
    expect(readers).toEqual(['system/regional-types.ts']);
  });

  test('is read by the names that constructs set', () => {
    expect(NAMES).toEqual(expect.arrayContaining(['AWS_REGION', 'BEAT_SECONDS', 'CONTROL_TABLE_NAME', 'LEDGER_TABLE_NAME', 'WORKFLOW_REGIONS']));
    expect(NAMES.filter(name => name.startsWith('no constant'))).toEqual([]);
  });

  test('changes nothing of what is deployed', () => {
    const expected = synthesize();
    expect(Object.keys(expected).length).toBeGreaterThan(4);
    NAMES.forEach(name => { process.env[name] = '7'; });
    expect(synthesize()).toEqual(expected);
  });
});
