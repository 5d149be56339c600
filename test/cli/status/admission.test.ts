import { Admission, admissionOf, AdmissionView } from '../../../cli/status/admission';

const EVACUATION = { pk: 'evacuation#us-west-2', by: 'alice', at: '2026-01-01T03:00:00Z', reason: 'payments fail' };
const SILENT = { problem: 'does not answer (no answer in time)', isSilent: true, isOfCredentials: false };
const DENIED = { problem: 'access is denied: no', isSilent: false, isOfCredentials: false };

const view = (region: string, answers: Partial<AdmissionView> = {}): AdmissionView => ({
  region, probes: { isHealthy: { value: true }, evacuated: { value: [] } }, evacuations: { value: new Map() }, ...answers,
});
const knows = { evacuations: { value: new Map([['us-west-2', EVACUATION]]) } };
const west = (...views: AdmissionView[]): Admission => admissionOf('us-west-2', views, []);

describe('admissionOf', () => {
  test('a region that is healthy and not evacuated serves', () => {
    expect(west(view('us-west-2'), view('eu-west-1'))).toEqual({ state: 'SERVES' });
  });

  test('it is evacuated if one peer tells health checks so, whatever the others say', () => {
    expect(west(view('us-west-2'), view('eu-west-1'), view('eu-north-1', { ...knows, probes: { isHealthy: { value: true }, evacuated: { value: ['us-west-2'] } } }))).toEqual({
      state: 'EVACUATED', evacuation: { by: 'alice', at: '2026-01-01T03:00:00Z', reason: 'payments fail' },
    });
  });

  test('who did it is not known where only health checks are told', () => {
    expect(west(view('us-west-2'), view('eu-west-1', { evacuations: DENIED, probes: { evacuated: { value: ['us-west-2'] } } }))).toEqual({ state: 'EVACUATED' });
  });

  test('an evacuation that no peer tells health checks is said to be without effect', () => {
    expect(west(view('us-west-2', knows), view('eu-west-1')).reason).toBe('no peer answers that to health checks, so customers still come');
  });

  test('what itself says of that does not count, since nobody asks it', () => {
    expect(west(view('us-west-2', { probes: { isHealthy: { value: true }, evacuated: { value: ['us-west-2'] } } }), view('eu-west-1'))).toEqual({ state: 'SERVES' });
  });

  test('nothing is said of health checks where no peer answers them', () => {
    expect(west(view('us-west-2', knows), view('eu-west-1', { probes: { evacuated: SILENT } })).reason).toBeUndefined();
  });

  test.each([
    [{ isHealthy: { value: false } }, { state: 'FAILS', reason: 'its health check fails' }],
    [{ isHealthy: SILENT }, { state: 'SILENT', reason: 'its API does not answer (no answer in time)' }],
    [{ isHealthy: DENIED }, { state: 'FAILS', reason: 'its API access is denied: no' }],
    [{}, { state: 'UNKNOWN' }],
  ])('of probes that come to %j it says %j', (probes, admission) => {
    expect(west(view('us-west-2', { probes }), view('eu-west-1'))).toEqual(admission);
  });

  test('a retiring region gets no customers, whatever it answers', () => {
    expect(admissionOf('us-west-2', [view('us-west-2'), view('eu-west-1')], ['us-west-2'])).toEqual({ state: 'RETIRING' });
  });
});
