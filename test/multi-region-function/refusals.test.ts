import { mkdtempSync, readdirSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { pathToFileURL } from 'url';
import { App, CfnParameter, Duration } from 'aws-cdk-lib';
import { MultiRegionFunction, MultiRegionSystem } from '../../src';
import { CODE, errorOf, expectPropError, regions, testSystem } from '../support/synth';

const make = (props: any) => () => new MultiRegionFunction(testSystem(), 'Handler', { codePath: CODE, ...props });

describe('MultiRegionFunction refuses', () => {
  test.each<[string, any, string, string, string]>([
    ['too little memory', { memorySize: 127 }, 'memorySize', '127', 'from 128 to 10240'],
    ['too much memory', { memorySize: 1e9 }, 'memorySize', '1000000000', 'from 128 to 10240'],
    ['parts of memory', { memorySize: 512.5 }, 'memorySize', '512.5', 'a whole number'],
    ['memory as text', { memorySize: '512' }, 'memorySize', '"512"', 'a whole number'],
    ['no time', { timeout: Duration.seconds(0) }, 'timeout', '0 seconds', '1 second to 15 minutes'],
    ['too much time', { timeout: Duration.minutes(16) }, 'timeout', '16 minutes', '1 second to 15 minutes'],
    ['parts of a second', { timeout: Duration.millis(1500) }, 'timeout', '1.5 seconds', 'whole seconds'],
    ['time as a number', { timeout: 30 }, 'timeout', '30', 'a Duration'],
    ['a long description', { description: 'x'.repeat(257) }, 'description', 'xxx', 'at most 256 characters'],
    ['a handler with spaces', { handler: 'index handler' }, 'handler', '"index handler"', 'without spaces'],
    ['a long handler', { handler: `index.${'x'.repeat(123)}` }, 'handler', 'index.xxx', 'at most 128 characters'],
    ['a retention that is none', { logRetention: 2 }, 'logRetention', '2', 'a value of RetentionDays'],
    ['a variable with a hyphen', { environment: { 'my-var': 'x' } }, 'environment', '"my-var"', 'letters, digits and underscores'],
    ['a variable of one letter', { environment: { A: 'x' } }, 'environment', '"A"', 'at least two'],
    ['a reserved variable', { environment: { AWS_REGION: 'x' } }, 'environment', '"AWS_REGION"', 'other names than those that Lambda sets itself'],
    ['a number as a value', { environment: { LIMIT: 5 } }, 'environment.LIMIT', '5', 'a string'],
    ['null as a value', { environment: { LIMIT: null } }, 'environment.LIMIT', 'null', 'a string'],
    ['more than 4 KB of variables', { environment: { SOME: 'x'.repeat(3000), MORE: '"'.repeat(540) } }, 'environment', '4101 bytes with MORE', 'at most 4096 bytes'],
  ])('%s', (_, props, prop, value, allowed) => {
    expectPropError(make(props), prop, value, allowed, 'Orders/Handler');
  });

  test('a handler that the bundle of an entry does not have', () => {
    expectPropError(() => new MultiRegionFunction(testSystem(), 'Handler', { entry: __filename, handler: 'app.handler' }), 'handler', '"app.handler"', 'index.', 'Orders/Handler');
  });

  test('what is added later as well', () => {
    const fn = make({ environment: { SOME: 'x'.repeat(4000) } })();
    expectPropError(() => fn.addEnvironment('MORE', 'x'.repeat(100)), 'environment', 'bytes with MORE', '4096 bytes', 'Orders/Handler');
    expectPropError(() => fn.addEnvironment('_X', 'x'), 'environment', '"_X"', 'begin with a letter', 'Orders/Handler');
    expect(() => fn.addEnvironment('MORE', 'x')).not.toThrow();
  });

  test('nothing that is known at deployment only', () => {
    const system = testSystem(1);
    const value = new CfnParameter(system.stackIn('ap-southeast-2'), 'Given').valueAsString;
    expect(() => new MultiRegionFunction(system, 'Handler', { codePath: CODE, environment: { SOME: value } })).not.toThrow();
  });
});

describe('the bundle of an entry', () => {
  const bundle = (source: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'entry-'));
    writeFileSync(join(folder, 'handler.mts'), source);
    const app = new App();
    const system = new MultiRegionSystem(app, 'Orders', regions(1));
    new MultiRegionFunction(system, 'Handler', { entry: join(folder, 'handler.mts') });
    const { directory } = app.synth();
    const asset = readdirSync(directory).find(name => /^asset\.[0-9a-f]+$/.test(name) && readdirSync(join(directory, name)).includes('index.js.map'));
    return resolve(directory, asset!, 'index.js');
  };

  test('knows by import.meta where it is', () => {
    const file = bundle('const { url, filename, dirname } = { url: import.meta.url, filename: import.meta.filename, dirname: import.meta.dirname };'
      + 'const here = new URL(".", import.meta.url).href; export const handler = () => ({ url, filename, dirname, here });');
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as Lambda loads it
    const { handler } = require(file);
    expect(handler()).toEqual({ url: pathToFileURL(file).href, filename: file, dirname: join(file, '..'), here: pathToFileURL(`${join(file, '..')}/`).href });
  });

  test('is refused where import.meta has nothing to stand for, naming the file', () => {
    const message = errorOf(() => bundle('export const handler = () => import.meta.resolve("./other.js");'));
    expect(message).toMatch(/: entry is ".*handler.mts"; allowed: .*handler.mts:1: .*import.meta.* \[Orders\/Handler\]$/);
  });

  test('is refused if it cannot be made, naming the file', () => {
    expect(errorOf(() => bundle('import "./nowhere";'))).toMatch(/: entry is ".*"; allowed: .*handler.mts:1: Could not resolve.* \[Orders\/Handler\]$/);
  });
});
