import { RegionView } from '../../../cli/operate/region-views';
import { evacuationOf, reasonNotToServe } from '../../../cli/operate/serving';

const IDENTITY = { value: { accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/ops' } };
const SILENT = { problem: 'does not answer (ETIMEDOUT)', isSilent: true, isOfCredentials: false };
const EVACUATION = { pk: 'evacuation#us-west-2', by: 'ops', at: '2026-01-01T00:00:00Z', reason: 'payments fail' };

function view(region: string, changes: Partial<RegionView> = {}): RegionView {
  return { region, evacuations: { value: new Map() }, identity: IDENTITY, isHealthy: { value: true }, ...changes };
}
const knowing = (region: string) => view(region, { evacuations: { value: new Map([['us-west-2', EVACUATION]]) } });

describe('evacuationOf', () => {
  test('is what any peer says, and never what the region says of itself', () => {
    expect(evacuationOf('us-west-2', [view('ap-southeast-2'), knowing('eu-west-1')])).toBe(EVACUATION);
    // its health checks do not ask the region itself
    expect(evacuationOf('us-west-2', [view('ap-southeast-2'), knowing('us-west-2')])).toBeUndefined();
    expect(evacuationOf('us-west-2', [view('ap-southeast-2', { evacuations: SILENT })])).toBeUndefined();
  });
});

describe('reasonNotToServe', () => {
  test.each<[string, RegionView, RegionView[], string | undefined]>([
    ['a healthy region serves', view('us-west-2'), [], undefined],
    ['one whose peers say that it is evacuated does not', view('us-west-2'), [knowing('ap-southeast-2')], 'is evacuated by ops since 2026-01-01T00:00:00Z: payments fail'],
    ['nor one that says so itself, of which its peers are silent', knowing('us-west-2'), [view('ap-southeast-2', { evacuations: SILENT })], 'is evacuated by ops since 2026-01-01T00:00:00Z: payments fail'],
    ['nor one whose health check fails', view('us-west-2', { isHealthy: { value: false } }), [], 'its health check fails'],
    ['nor one whose API is silent', view('us-west-2', { isHealthy: SILENT }), [], 'its API does not answer (ETIMEDOUT)'],
    ['one without an API serves if it answers', view('us-west-2', { isHealthy: undefined }), [], undefined],
    ['and not if it is silent', view('us-west-2', { isHealthy: undefined, evacuations: SILENT }), [], 'does not answer (ETIMEDOUT)'],
    ['an API that answers serves, whatever AWS\'s own APIs do', view('us-west-2', { evacuations: SILENT }), [], undefined],
  ])('%s', (_, region, others, expected) => {
    expect(reasonNotToServe(region, [region, ...others])).toBe(expected);
  });
});
