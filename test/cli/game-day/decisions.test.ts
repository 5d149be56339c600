import { boundedWorkload } from '../../../cli/game-day/customers';
import { reasonsNotToBegin, reasonsToBeSure, RegionLook } from '../../../cli/game-day/preconditions';
import { reasonsForProduction } from '../../../cli/game-day/production';
import { Restorations } from '../../../cli/game-day/restorations';
import { StopCondition } from '../../../cli/game-day/stop-condition';
import { restoreCommand } from '../../../cli/game-day/target';
import { Sent, Workload } from '../../../cli/rehearsal/workload/workload';

const SILENT = { problem: 'does not answer (no answer in time)', isSilent: true, isOfCredentials: false };

function look(region: string, more: Partial<RegionLook> = {}): RegionLook {
  return {
    region,
    evacuations: { value: new Map() },
    identity: { value: { accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/a' } },
    isHealthy: { value: true },
    alarms: { value: [] },
    changing: { value: [] },
    requestsPerSecond: { value: 0.2 },
    ...more,
  };
}

describe('A system looks like production', () => {
  test.each(['Prod-Orders', 'OrdersProd', 'PROD-Orders', 'orders-live', 'Production-Orders', 'prd-orders'])('if its name is %s', name => {
    expect(reasonsForProduction(name, [])).toEqual([expect.stringContaining(`its name ${name} has`)]);
  });

  test.each(['Orders', 'Deliveries', 'Products', 'Test-Alive'])('not if its name is %s', name => {
    expect(reasonsForProduction(name, [])).toEqual([]);
  });

  test('if a region has more than one request a second', () => {
    expect(reasonsForProduction('Orders', [{ region: 'us-west-2', requestsPerSecond: 1 }, { region: 'eu-west-1', requestsPerSecond: 1.26 }]))
      .toEqual(['eu-west-1 had 1.3 requests a second in the last 15 minutes']);
  });

  test('if nobody can tell how many it has', () => {
    expect(reasonsToBeSure('Orders', [look('us-west-2', { requestsPerSecond: SILENT })])).toEqual([expect.stringContaining('whether us-west-2 has more than 1 request')]);
  });
});

describe('A game day does not begin', () => {
  test.each<[string, Partial<RegionLook>, string]>([
    ['a region is silent', { evacuations: SILENT, isHealthy: SILENT }, 'us-west-2: does not answer (no answer in time)'],
    ['a region is evacuated', { evacuations: { value: new Map([['eu-west-1', { pk: 'p', by: 'me' }]]) } }, 'eu-west-1 is evacuated, says us-west-2, by me'],
    ['a health check fails', { isHealthy: { value: false } }, 'the health check of us-west-2 fails'],
    ['an alarm is in ALARM', { alarms: { value: ['Orders-us-west-2-unhealthy'] } }, 'Orders-us-west-2-unhealthy is in ALARM in us-west-2'],
    ['a stack is being deployed', { changing: { value: ['Orders-us-west-2'] } }, 'Orders-us-west-2 is being deployed in us-west-2'],
    ['nobody may look at alarms', { alarms: { ...SILENT, problem: 'access is denied' } }, 'the alarms of us-west-2 cannot be determined: access is denied'],
  ])('if %s', (_, more, reason) => {
    expect(reasonsNotToBegin([look('eu-west-1'), look('us-west-2', more)])).toEqual([reason]);
  });

  test('without a reason, it does', () => {
    expect(reasonsNotToBegin([look('eu-west-1'), look('us-west-2')])).toEqual([]);
  });
});

describe('StopCondition', () => {
  const sent = (endedAt: number, type: 'ok' | 'fail') => ({ endedAt, outcome: { type } }) as Sent;
  const failing = (from: number, to: number) => Array.from({ length: (to - from) / 500 }, (_, i) => sent(from + i * 500, 'fail'));

  test('stops when more than the share fails for longer than the failover time', () => {
    const condition = new StopCondition({ share: 0.5, longestMs: 10_000 });
    expect([2000, 7000, 12_000].map(now => condition.look(now, failing(0, now)))).toEqual([undefined, undefined, undefined]);
    expect(condition.look(12_500, failing(0, 12_500))).toBe('more than 50 % of the requests failed for 11 s, and the failover time is 10 s');
  });

  test('begins anew when enough go well again', () => {
    const condition = new StopCondition({ share: 0.5, longestMs: 10_000 });
    condition.look(1000, [sent(900, 'fail')]);
    condition.look(9000, [sent(8000, 'fail'), sent(8500, 'ok')]);
    condition.look(10_000, [sent(9900, 'fail')]);
    expect(condition.look(15_000, [sent(14_900, 'fail')])).toBeUndefined();
  });

  test('takes silence for no news', () => {
    const condition = new StopCondition({ share: 0.5, longestMs: 10_000 });
    condition.look(1000, [sent(900, 'fail')]);
    expect(condition.look(12_000, [sent(900, 'fail')])).toContain('failed for 11 s');
  });
});

describe('boundedWorkload', () => {
  const rateOf = (workload: object, places: number, rate?: number) => boundedWorkload(workload as Workload, places, rate).rate;

  test('shares what all customers may do', () => {
    expect([rateOf({}, 2), rateOf({ rate: 30, customers: 2 }, 2), rateOf({ customers: 4 }, 1, 8), rateOf({}, 1, 100)]).toEqual([2, 5, 2, 20]);
  });
});

describe('Restorations', () => {
  test('take back what was begun once, and say how where that fails', async () => {
    const restorations = new Restorations();
    let tries = 0;
    const takeBack = restorations.begin({ what: 'the evacuation of us-west-2', command: () => 'restore us-west-2', takeBack: async () => { if (++tries === 1) throw new Error('nobody answers'); } });
    await expect(restorations.restoreAll()).rejects.toThrow('nobody answers');
    expect(restorations.advice).toBe('NOT RESTORED: the evacuation of us-west-2. Take it back by\n  restore us-west-2');
    await Promise.all([takeBack(), restorations.restoreAll()]);
    await takeBack();
    expect([tries, restorations.advice]).toEqual([2, undefined]);
  });
});

test('restoreCommand leads to the same system', () => {
  expect(restoreCommand('us-west-2', { options: { timeout: 4, assembly: 'cdk.out', system: 'Orders', roleArn: 'arn:aws:iam::1:role/{region}', endpoint: { 'us-west-2': 'http://127.0.0.1:1' } } }))
    .toBe("npx cdk-multi-region restore us-west-2 --assembly cdk.out --system Orders --role-arn 'arn:aws:iam::1:role/{region}' --endpoint us-west-2=http://127.0.0.1:1");
});
