import { fakeLoad, fakeNemesis, fakeRegion, fakeTools, REGIONS, stageWith } from './stage';
import { DrillPlan, Nemesis } from '../../../../cli/rehearsal/drills/nemesis';
import { NothingToHit } from '../../../../cli/rehearsal/drills/nothing-to-hit';
import { runDrill } from '../../../../cli/rehearsal/drills/run-drill';
import { Stage } from '../../../../cli/rehearsal/drills/stage';
import { TooSlow } from '../../../../cli/rehearsal/lag/too-slow';
import { Checker } from '../../../../cli/rehearsal/workload/workload';

let noted: string[];
const note = (what: string) => { noted.push(what); };
beforeEach(() => { noted = []; });

function plan(...nemeses: Nemesis[]): DrillPlan {
  return { name: nemeses.map(({ name }) => name).join('+'), faults: nemeses.map(nemesis => ({ nemesis, targets: [REGIONS[1]], afterMs: 0, forMs: 0 })) };
}

function healed(name = 'fault'): number {
  return noted.filter(what => what === `heal ${name}`).length;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5));
}

describe('runDrill', () => {
  test('goes from steady load over the fault to reconciliation, in this order', async () => {
    const nemesis = fakeNemesis(note, {
      leaves: true,
      whileThere: async () => note('while there'),
      afterwards: async () => note('afterwards'),
    });
    const load = fakeLoad(note, { customersNear: near => [{ isServedBy: wanted => { note(`${near} ${wanted(near) ? 'at home' : 'elsewhere'}`); return true; } }] });
    const regions = REGIONS.slice(0, 2).map(name => fakeRegion(name, { executions: async () => { note('quiet?'); return []; } }));
    const unhealthy = { isHealthy: () => !noted.includes('inject fault') || noted.includes('heal fault') };
    const stage = stageWith({ regions, route53: { ...stageWith().route53, ...unhealthy } as unknown as Stage['route53'] });
    const checker: Checker = { name: 'all is well', check: () => { note('check'); return { valid: true, summary: 'yes' }; } };
    const report = await runDrill(plan(nemesis), stage, fakeTools({
      load,
      checkers: () => [checker],
      readBack: async ({ regions: from, waits }) => { note(`read back from ${from.length}, ${waits ? 'waiting' : 'once'}`); return ['read']; },
      measure: ({ reads, readsWhileAway }) => { note(`measure ${reads} ${readsWhileAway}`); return { requests: 7, failed: 2, doubled: 0, explained: 0, lost: 1 }; },
    }));
    expect(noted.filter((what, i) => what !== noted[i - 1])).toEqual([
      'start', `${REGIONS[0]} at home`, `${REGIONS[1]} at home`, 'inject fault', `${REGIONS[1]} elsewhere`, 'while there', 'heal fault',
      `${REGIONS[0]} at home`, `${REGIONS[1]} at home`, 'stop', 'quiet?', 'afterwards', 'read back from 2, waiting', 'quiet?', 'check', 'measure read undefined',
    ]);
    expect(report).toMatchObject({ name: 'fault', title: `fault ${REGIONS[1]}`, verdict: 'passed', requests: 7, failed: 2, lost: 1 });
    expect(report.faults).toEqual([{ nemesis: 'fault', regions: [REGIONS[1]], at: expect.any(Number), until: expect.any(Number), mayFail: false, mayDouble: false }]);
    expect(stage.history.faults).toEqual(report.faults);
    expect(stage.history.moments.map(({ kind }) => kind)).toEqual(['step', 'fault', 'health', 'recovery', 'recovery', 'step']);
  });

  test('reads back what survivors have while a region has stopped', async () => {
    let isStopped = false;
    const regions = [fakeRegion(REGIONS[0]), { ...fakeRegion(REGIONS[1]), get isStopped() { return isStopped; } }] as unknown as Stage['regions'];
    const nemesis = fakeNemesis(note, { inject: async () => { isStopped = true; return async () => { isStopped = false; }; } });
    const seen: unknown[] = [];
    await runDrill(plan(nemesis), stageWith({ regions }), fakeTools({
      readBack: async ({ regions: from, waits }) => { seen.push([from, waits]); return [waits ? 'in the end' : 'while away']; },
      measure: ({ reads, readsWhileAway }) => {
        seen.push([reads, readsWhileAway]);
        return { requests: 0, failed: 0, doubled: 0, explained: 0, lost: 0 };
      },
    }));
    expect(seen).toEqual([[[REGIONS[0]], false], [REGIONS.slice(0, 2), true], [['in the end'], ['while away']]]);
  });

  test.each([
    ['a check fails while it is there', { whileThere: async ({ section }: Stage) => section.check('it holds', () => { throw new Error('it does not'); }) }, 'it holds'],
    ['what is looked at meanwhile throws', { whileThere: async () => { throw new Error('it does not'); } }, 'the drill can go on'],
  ])('takes a fault back once, and goes on, if %s', async (_, more, claim) => {
    const report = await runDrill(plan(fakeNemesis(note, { ...more, afterwards: async () => note('afterwards') })), stageWith(), fakeTools({ load: fakeLoad(note) }));
    expect(noted).toEqual(['start', 'inject fault', 'heal fault', 'stop', 'afterwards']);
    expect(report.verdict).toBe('failed');
    expect(report.checks).toContainEqual({ claim, outcome: 'failed', summary: 'it does not' });
  });

  test('takes a fault back once if the signal is aborted, and throws', async () => {
    const stopping = new AbortController();
    const running = runDrill(
      { name: 'fault', faults: [{ nemesis: fakeNemesis(note), targets: [REGIONS[1]], afterMs: 0, forMs: 60_000 }] }, stageWith({ signal: stopping.signal }), fakeTools({ load: fakeLoad(note) }),
    );
    const failure = expect(running).rejects.toThrow('aborted');
    await until(() => noted.includes('inject fault'));
    stopping.abort();
    await failure;
    expect(noted).toEqual(['start', 'inject fault', 'heal fault', 'stop']);
  });

  test('takes those faults back that are there if another one cannot be injected', async () => {
    const broken = fakeNemesis(note, { name: 'broken', inject: async () => { throw new Error('no answer'); } });
    const lasting = fakeNemesis(note, { name: 'lasting' });
    const report = await runDrill({
      name: 'both',
      faults: [
        { nemesis: lasting, targets: [REGIONS[0]], afterMs: 0, forMs: 60_000 },
        { nemesis: fakeNemesis(note, { name: 'later' }), targets: [REGIONS[0]], afterMs: 60_000, forMs: 0 },
        { nemesis: broken, targets: [REGIONS[1]], afterMs: 50, forMs: 0 },
      ],
    }, stageWith(), fakeTools());
    expect(noted).toEqual(['inject lasting', 'heal lasting']);
    expect(report.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([{ claim: 'the drill can go on', outcome: 'failed', summary: 'no answer' }]);
  });

  test('says so if a fault cannot be taken back, and judges all the same', async () => {
    const nemesis = fakeNemesis(note, { inject: async () => async () => { note('heal fault'); throw new Error('it does not start'); } });
    const report = await runDrill(plan(nemesis), stageWith(), fakeTools({ checkers: () => [{ name: 'all is well', check: () => ({ valid: true, summary: '' }) }] }));
    expect(healed()).toBe(1);
    expect(report.checks).toContainEqual({ claim: `fault in ${REGIONS[1]} is taken back`, outcome: 'failed', summary: 'it does not start' });
    expect(report.checks.at(-1)).toMatchObject({ claim: 'all is well', outcome: 'passed' });
  });

  test('does not begin if the name leads nowhere, and stops the customers', async () => {
    const load = fakeLoad(note, { start: () => { throw new Error('Route 53 has no answer'); } });
    const report = await runDrill(plan(fakeNemesis(note)), stageWith(), fakeTools({ load }));
    expect([noted, report.verdict]).toEqual([['stop'], 'failed']);
    expect(report.checks[0].summary).toBe('Route 53 has no answer');
  });

  test('ends early if the workload is of no use, and says why', async () => {
    const breaking = new AbortController();
    const load = fakeLoad(note, { failed: breaking.signal });
    const running = runDrill({ name: 'fault', faults: [{ nemesis: fakeNemesis(note), targets: [REGIONS[1]], afterMs: 0, forMs: 60_000 }] }, stageWith(), fakeTools({ load }));
    await until(() => noted.includes('inject fault'));
    breaking.abort(new Error('the generator threw'));
    const report = await running;
    expect(noted).toEqual(['start', 'inject fault', 'heal fault', 'stop']);
    expect(report.checks).toContainEqual({ claim: 'the drill can go on', outcome: 'failed', summary: 'the generator threw' });
  });

  test('leaves a fault out that finds nothing to hit', async () => {
    const nemesis = fakeNemesis(note, { inject: async () => { throw new NothingToHit('no function uses a table'); }, afterwards: async () => note('afterwards') });
    const stage = stageWith();
    const report = await runDrill(plan(nemesis), stage, fakeTools());
    expect([report.verdict, report.faults, stage.history.faults, noted]).toEqual(['passed', [], [], []]);
    expect(stage.section.entries).toContainEqual({ kind: 'note', text: `fault in ${REGIONS[1]} is left out: no function uses a table.` });
  });

  test('fails by customers who are not served elsewhere in time', async () => {
    const load = fakeLoad(note, { customersNear: near => [{ isServedBy: wanted => wanted(near) }] });
    const stage = stageWith({ route53: { ...stageWith().route53, isHealthy: () => healed() === 1 || !noted.includes('inject fault') } as unknown as Stage['route53'] });
    const report = await runDrill(plan(fakeNemesis(note, { leaves: true })), stage, fakeTools({ load }));
    expect(report.checks.filter(({ outcome }) => outcome === 'failed').map(({ claim }) => claim)).toEqual([`customers near ${REGIONS[1]} are served elsewhere`]);
    expect(healed()).toBe(1);
  });

  test('waits for nobody to be led elsewhere without a domain, and for no customers without an API', async () => {
    const nobody = fakeLoad(note, { customersNear: () => [{ isServedBy: wanted => wanted(REGIONS[0]) && !noted.includes('inject fault') }] });
    const withoutApi = stageWith({ system: { ...stageWith().system, apis: [] }, route53: undefined });
    expect((await runDrill(plan(fakeNemesis(note, { leaves: true })), withoutApi, fakeTools({ load: nobody }))).verdict).toBe('passed');
    const withoutDomain = await runDrill(plan(fakeNemesis(note, { leaves: true })), stageWith({ route53: undefined }), fakeTools());
    expect(withoutDomain.checks.map(({ claim }) => claim)).not.toContain(`customers near ${REGIONS[1]} are served elsewhere`);
    expect(withoutDomain.verdict).toBe('passed');
  });

  test('tells claims that do not hold with examples, and those that cannot be told as unknown', async () => {
    const lost: Checker = { name: 'nothing is lost', check: () => ({ valid: false, summary: '4 are lost', details: ['a', 'b', 'c', 'd'] }) };
    const slow: Checker = { name: 'nothing is doubled', check: () => { throw new TooSlow('late'); } };
    const failed = await runDrill(plan(fakeNemesis(note)), stageWith(), fakeTools({ checkers: () => [lost], timedCheckers: [slow] }));
    expect(failed.verdict).toBe('failed');
    expect(failed.checks.slice(-2)).toEqual([
      { claim: 'nothing is lost', outcome: 'failed', summary: '4 are lost; a; b; c', details: ['a', 'b', 'c', 'd'] },
      { claim: 'nothing is doubled', outcome: 'unknown', summary: 'late' },
    ]);
    expect((await runDrill(plan(fakeNemesis(note)), stageWith(), fakeTools({ timedCheckers: [slow] }))).verdict).toBe('unknown');
  });

  test('tells what a checker cannot tell as unknown', async () => {
    const report = await runDrill(plan(fakeNemesis(note)), stageWith(), fakeTools({
      checkers: () => [{ name: 'every key is linearizable', check: () => ({ valid: false, summary: '' }) }],
      judge: async ({ name }) => ({ claim: name, outcome: 'unknown', summary: 'it would take all day' }),
    }));
    expect(report.verdict).toBe('unknown');
    expect(report.checks.at(-1)).toEqual({ claim: 'every key is linearizable', outcome: 'unknown', summary: 'it would take all day' });
  });

  test('takes nothing for doubled on a machine that is too late for it', async () => {
    const stage = stageWith();
    const once: Checker = { name: 'once', check: () => ({ valid: false, summary: 'twice' }) };
    stage.lag.add({ name: 'a timer', lateMs: 5000, start: performance.now(), end: performance.now() + 60_000 });
    const report = await runDrill(plan(fakeNemesis(note)), stage, fakeTools({ checkers: () => [], timedCheckers: [once] }));
    expect(report.checks.at(-1)).toMatchObject({ claim: 'once', outcome: 'unknown' });
  });

  test('tells nemeses which regions are away, and lets them send operations', async () => {
    const away = fakeNemesis(note, { name: 'away', leaves: true });
    let told: unknown;
    const other = fakeNemesis(note, {
      name: 'other',
      inject: async stage => {
        told = [[...stage.away!], await stage.sendTo!(REGIONS[0], { kind: 'place', action: 'write', key: 'k' }, 'somebody')];
        return async () => {};
      },
    });
    const stage = stageWith({ route53: undefined });
    await runDrill({ name: 'both', faults: [{ nemesis: away, targets: [REGIONS[1]], afterMs: 0, forMs: 0 }, { nemesis: other, targets: [REGIONS[0]], afterMs: 0, forMs: 0 }] }, stage, fakeTools());
    expect(told).toEqual([[REGIONS[1]], { type: 'ok' }]);
  });
});
