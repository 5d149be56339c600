import { REGIONS, SYSTEM } from './stage';
import { builtInWorkload } from '../../../../cli/rehearsal/drills/built-in-workload';
import { Response } from '../../../../cli/rehearsal/workload/workload';

describe('builtInWorkload', () => {
  const workload = builtInWorkload(SYSTEM);
  const context = { customer: 'c', near: REGIONS[0], acknowledged: [], random: () => 0 };

  test('reads health and what anybody may read without knowing anything, in turn', () => {
    expect([0, 1, 2].map(number => workload.generator({ ...context, number })?.key)).toEqual(['/health', '/prices', '/health']);
  });

  test('does nothing without an API', () => {
    expect(builtInWorkload({ apis: [] }).generator({ ...context, number: 0 })).toBeUndefined();
  });

  test.each([[200, 'ok'], [404, 'ok'], [500, 'fail'], [502, 'fail']])('takes %s for %s', async (status, type) => {
    const request = async (method: string, path: string): Promise<Response> => (
      { status: method === 'GET' && path === '/health' ? status : 0, headers: {}, body: '' }
    );
    const operation = workload.generator({ ...context, number: 0 })!;
    expect(await workload.client(operation, { request, region: REGIONS[0], attempt: 0, aws: { region: REGIONS[0], endpoint: '', credentials: { accessKeyId: '', secretAccessKey: '' } } })).toEqual({ type, told: String(status) });
  });
});
