import { LEDGER_TIMING } from '../../src/replicated-workflow/ledger-timing';
import { takeoverConfigOf } from '../../src/replicated-workflow/takeover-config';

const ENVIRONMENT = { AWS_REGION: 'us-west-2', WORKFLOW_REGIONS: 'us-west-2,eu-west-1', TAKEOVER_AFTER_SECONDS: '300', BEAT_SECONDS: '60', MARGIN_SECONDS: '30' };

describe('takeoverConfigOf', () => {
  test('is what the construct has put into the environment', () => {
    expect(takeoverConfigOf(ENVIRONMENT)).toEqual({ region: 'us-west-2', regions: ['us-west-2', 'eu-west-1'], takeoverAfter: 300_000, timing: LEDGER_TIMING });
  });

  test('takes parts of a second, as a rehearsal makes all times shorter', () => {
    expect(takeoverConfigOf({ ...ENVIRONMENT, MARGIN_SECONDS: '0.3' }).timing.margin).toBe(300);
  });

  test.each(['TAKEOVER_AFTER_SECONDS', 'BEAT_SECONDS', 'MARGIN_SECONDS'])('throws if %s is missing or no time', name => {
    for (const value of [undefined, '', 'soon', '0', '-1']) {
      expect(() => takeoverConfigOf({ ...ENVIRONMENT, [name]: value })).toThrow(`the environment variable ${name} is ${value}; expected a number of seconds`);
    }
  });
});
