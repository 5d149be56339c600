import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { log, writeLine } from '../../src/system/log';
import { LogLines } from '../support/log-lines';

const ENVIRONMENT = { AWS_LAMBDA_FUNCTION_NAME: 'Orders-Starter', AWS_REGION: 'us-west-2', _X_AMZN_TRACE_ID: 'Root=1-6385b078-6485dec4fbef9860be4c8042;Parent=a9938f79af23b752;Sampled=1' };

describe('the log of a handler', () => {
  const before = { ...process.env };
  let lines: LogLines;
  beforeEach(() => {
    Object.assign(process.env, ENVIRONMENT);
    lines = new LogLines();
  });
  afterEach(() => {
    lines.restore();
    process.env = { ...before };
  });

  test('is one object of JSON per line, with these fields', () => {
    log.error('not started', { message_id: 'm-1', correlation_id: 'c-1', error: new TypeError('no such table') });
    expect(lines.text).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(lines.text)).toEqual({
      level: 'ERROR',
      message: 'not started',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'Orders-Starter',
      region: 'us-west-2',
      xray_trace_id: '1-6385b078-6485dec4fbef9860be4c8042',
      message_id: 'm-1',
      correlation_id: 'c-1',
      error: { name: 'TypeError', message: 'no such table' },
    });
  });

  test('leaves out what is not known', () => {
    delete process.env._X_AMZN_TRACE_ID;
    log.info('done', { correlation_id: undefined });
    expect(Object.keys(JSON.parse(lines.text))).toEqual(['level', 'message', 'timestamp', 'service', 'region']);
  });

  test('keeps a message on one line, whatever is in it', () => {
    log.warn('first\nsecond', { error: 'a\nb' });
    expect(lines.text.split('\n')).toHaveLength(2);
    expect(lines.of('WARN')).toEqual([{ message: 'first\nsecond', error: 'a\nb' }]);
  });

  test('takes the lines of metrics as they are', () => {
    writeLine('{"_aws":{}}');
    expect(lines.text).toBe('{"_aws":{}}\n');
  });

  test('is the only way by which handlers write', () => {
    const handlers = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.lambda.ts'));
    expect(handlers.length).toBeGreaterThan(10);
    expect(handlers.filter(file => /\bconsole\.\w+\(|process\.(stdout|stderr)\b/.test(readFileSync(join('src', file), 'utf8')))).toEqual([]);
  });
});
