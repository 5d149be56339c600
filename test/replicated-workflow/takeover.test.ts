import * as fc from 'fast-check';
import { EntryStatus, LedgerEntry, OpenEntry } from '../../src/replicated-workflow/ledger-entry';
import { LEDGER_TIMING, roundLength, silenceAfter, turnDistance, turnLength } from '../../src/replicated-workflow/ledger-timing';
import {
  abandonedRegions, decideArrival, decideExecution, decideSweep, deferralOf, endOf, Execution, laterLook, LedgerView, mayStillStart,
  publishedAt, upSince,
} from '../../src/replicated-workflow/takeover';
import { TakeoverConfig } from '../../src/replicated-workflow/takeover-config';
import { takeoverOrder } from '../../src/replicated-workflow/takeover-order';

const MINUTE = 60_000;
const T = 5 * MINUTE;
const MARGIN = LEDGER_TIMING.margin;
const SILENCE = silenceAfter(LEDGER_TIMING);
const TURN = turnLength(LEDGER_TIMING);
const DISTANCE = turnDistance(T, LEDGER_TIMING);
const NOW = Date.UTC(2026, 10, 22);
const NAME = 'o-1';
const REGIONS = ['us-east-1', 'us-west-2', 'sa-east-1'];
const ORIGIN = 'us-east-1';
// as takeover-order.test.ts has it
const FIRST = 'sa-east-1';
const SECOND = 'us-west-2';

const config = (region: string): TakeoverConfig => ({ region, regions: REGIONS, takeoverAfter: T, timing: LEDGER_TIMING });
const event = (ago: number, origin = ORIGIN, deferred = true) => ({ name: NAME, origin, publishedAt: NOW - ago, deferred });
const witnessed = (ago: number, rest: Partial<OpenEntry> = {}): OpenEntry => ({
  name: NAME, region: FIRST, origin: ORIGIN, status: 'WITNESSED', publishedAt: NOW - ago, dueAt: NOW - 1, ...rest,
});
const started = (ago: number, rest: Partial<OpenEntry> = {}): OpenEntry => (
  witnessed(ago, { region: ORIGIN, status: 'STARTED', startedAt: NOW - ago, ...rest })
);

function due(own: OpenEntry, rest: Partial<LedgerView> & { heartbeatsAgo?: Record<string, number> } = {}, region = own.region) {
  const heartbeats = new Map(Object.entries(rest.heartbeatsAgo ?? {}).map(([name, ago]) => [name, NOW - ago]));
  return decideSweep({ now: NOW, own, others: [], heartbeats, evacuated: new Set(), upSince: 0, ...rest }, config(region));
}

describe('publishedAt', () => {
  test.each([
    ['the event\'s own time, if its message waited in a dead-letter queue', 100, 900, 100],
    ['the message\'s time, if the event is from the future', 900, 100, 100],
    ['the message\'s time, if the event has none', NaN, 100, 100],
    ['the event\'s time, if the message has none', 100, NaN, 100],
    ['now, if neither has one', NaN, NaN, 1000],
  ])('is %s', (_, eventTime, sentAt, expected) => expect(publishedAt(eventTime, sentAt, 1000)).toBe(expected));
});

describe('deferralOf', () => {
  const fresh = (ago: number, deferred = false) => event(ago, ORIGIN, deferred);

  test('leaves an event of another region in the queue for 3 minutes since it was published, once', () => {
    expect(deferralOf(fresh(1000), NOW, config(FIRST))).toBe(3 * MINUTE - 1000);
    expect(deferralOf(fresh(3 * MINUTE), NOW, config(FIRST))).toBeUndefined();
    expect(deferralOf(fresh(1000, true), NOW, config(FIRST))).toBeUndefined();
  });

  test('leaves it no longer than its origin may claim it', () => {
    expect(deferralOf(fresh(0), NOW, { ...config(FIRST), takeoverAfter: 2 * MINUTE })).toBe(2 * MINUTE - MARGIN);
  });

  test('leaves none of its own region', () => {
    expect(deferralOf(fresh(0), NOW, config(ORIGIN))).toBeUndefined();
  });

  test('asks nothing of SQS that it cannot do', () => {
    expect(deferralOf(fresh(-60 * MINUTE), NOW, config(FIRST))).toBe(15 * MINUTE);
  });
});

describe('decideArrival', () => {
  const arrive = (ago: number, region: string, entries: LedgerEntry[] = [], origin = ORIGIN) => (
    decideArrival(event(ago, origin), entries, NOW, config(region))
  );

  test('claims a fresh event in its origin, for as long as all see the claim before the first turn, and no longer than what it has read is true', () => {
    expect(arrive(0, ORIGIN)).toEqual({ kind: 'CLAIM', until: NOW + MARGIN });
    expect(arrive(T - MARGIN - 1, ORIGIN)).toEqual({ kind: 'CLAIM', until: NOW + 1 });
  });

  test('witnesses an event that comes too late to its origin, which is then the last successor', () => {
    expect(arrive(T - MARGIN, ORIGIN)).toEqual({ kind: 'WITNESS', dueAt: NOW + MARGIN + 2 * DISTANCE });
  });

  test('witnesses an event in its peers, each with its own turn', () => {
    expect(arrive(1000, FIRST)).toEqual({ kind: 'WITNESS', dueAt: NOW - 1000 + T });
    expect(arrive(1000, SECOND)).toEqual({ kind: 'WITNESS', dueAt: NOW - 1000 + T + DISTANCE });
  });

  test('witnesses an event whose origin is no region of the workflow any more', () => {
    expect(REGIONS.map(region => arrive(0, region, [], 'eu-west-1').kind)).toEqual(['WITNESS', 'WITNESS', 'WITNESS']);
  });

  test('leaves a turn that is over to the next round', () => {
    expect(arrive(T + TURN, FIRST)).toEqual({ kind: 'WITNESS', dueAt: NOW - TURN + 3 * DISTANCE });
    expect(arrive(T + TURN - 1, FIRST)).toEqual({ kind: 'WITNESS', dueAt: NOW - TURN + 1 });
  });

  describe('of a key that another region has published as well', () => {
    test('witnesses what another region holds', () => {
      expect(arrive(0, ORIGIN, [started(1000, { region: SECOND, origin: SECOND })])).toMatchObject({ kind: 'WITNESS' });
    });

    test.each<EntryStatus>(['SUCCEEDED', 'RESOLVED'])('does nothing about what has come to an end there as %s', status => {
      expect(arrive(0, ORIGIN, [{ ...started(T), region: SECOND, status: 'SUCCEEDED' }, { ...witnessed(T), status }])).toEqual({ kind: 'NOTHING' });
    });

    test.each<EntryStatus>(['FAILED', 'TIMED_OUT', 'ABORTED'])('keeps what has come to an end there as %s, for an operator', status => {
      expect(arrive(0, ORIGIN, [{ ...started(T), region: SECOND, status }])).toEqual({ kind: 'KEEP' });
    });

    test('counts from the first event that any region has seen', () => {
      expect(arrive(0, ORIGIN, [witnessed(T - MARGIN - 1, { region: SECOND, origin: SECOND })])).toEqual({ kind: 'CLAIM', until: NOW + 1 });
      expect(arrive(0, ORIGIN, [witnessed(T - MARGIN, { region: SECOND, origin: SECOND })])).toMatchObject({ kind: 'WITNESS' });
    });
  });

  describe('of a key that this region has an entry of', () => {
    test('starts what an earlier attempt has claimed', () => {
      expect(arrive(1000, ORIGIN, [started(1000)])).toEqual({ kind: 'START', until: NOW + MARGIN });
      expect(arrive(T, ORIGIN, [started(T - MARGIN)])).toEqual({ kind: 'NOTHING' });
    });

    test.each<EntryStatus>(['WITNESSED', 'RESOLVED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('does nothing when it is %s', status => {
      expect(arrive(0, ORIGIN, [{ ...started(0), status }])).toEqual({ kind: 'NOTHING' });
    });
  });
});

describe('mayStillStart', () => {
  test('is so for a claim that keeps the others off', () => {
    expect(mayStillStart(started(T - MARGIN - 1), NOW, config(ORIGIN))).toBe(true);
    expect(mayStillStart(started(T - MARGIN), NOW, config(ORIGIN))).toBe(false);
  });

  test.each<EntryStatus>(['WITNESSED', 'RESOLVED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('is not so for %s', status => {
    expect(mayStillStart({ ...started(0), status }, NOW, config(ORIGIN))).toBe(false);
  });
});

describe('decideSweep', () => {
  describe('without a holder', () => {
    test('takes over in its turn, with a claim that is good for a moment', () => {
      expect(due(witnessed(T))).toEqual({ kind: 'TAKE_OVER', until: NOW + MARGIN, cycle: 0 });
      expect(due(witnessed(T + TURN - 1))).toMatchObject({ kind: 'TAKE_OVER' });
      expect(due(witnessed(T + DISTANCE), {}, SECOND)).toMatchObject({ kind: 'TAKE_OVER' });
      expect(due(witnessed(T + 2 * DISTANCE), {}, ORIGIN)).toMatchObject({ kind: 'TAKE_OVER' });
    });

    test('waits for its turn', () => {
      expect(due(witnessed(T - 1))).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
      expect(due(witnessed(T), {}, SECOND)).toEqual({ kind: 'WAIT', dueAt: NOW + DISTANCE });
    });

    test('waits for its next turn when one is over', () => {
      expect(due(witnessed(T + TURN))).toEqual({ kind: 'WAIT', dueAt: NOW - TURN + 3 * DISTANCE });
      expect(due(witnessed(T + 3 * DISTANCE))).toMatchObject({ kind: 'TAKE_OVER', cycle: 1 });
    });

    test.each([4, 30, 200])('takes over in the end, though its sweeper looks %d minutes late each time', late => {
      let at = NOW + T;
      for (let looks = 0; looks < 20; looks++) {
        const now = at + late * MINUTE;
        const decision = decideSweep({ now, own: witnessed(0), others: [], heartbeats: new Map(), evacuated: new Set(), upSince: 0 }, config(FIRST));
        if (decision.kind === 'TAKE_OVER') return;
        at = (decision as { dueAt: number }).dueAt;
      }
      throw new Error('never taken over');
    });

    test('counts from the first event that any region has seen, and in the order of its origin', () => {
      const sameKey = witnessed(T + DISTANCE, { region: SECOND, origin: 'us-west-2' });
      expect(due(witnessed(1000), { others: [sameKey] })).toEqual(due(witnessed(T + DISTANCE, { origin: SECOND })));
    });

    const many = (n: number) => Array.from({ length: n }, (_, i) => `region-${i}`);
    const acts = (name: string, ago: number, now: number, of: TakeoverConfig) => {
      const own = { ...witnessed(ago), name, region: of.region, origin: of.regions[0] };
      return decideSweep({ now, own, others: [], heartbeats: new Map(), evacuated: new Set(), upSince: 0 }, of).kind === 'TAKE_OVER';
    };
    const someName = fc.string({ minLength: 1 });

    test('never lets two regions act at once, nor one within the margin of another', () => {
      fc.assert(fc.property(someName, fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 60 }), fc.nat(), (name, n, minutes, ago) => {
        const regions = many(n);
        const of = { regions, takeoverAfter: minutes * MINUTE, timing: LEDGER_TIMING };
        const acting = (now: number) => regions.filter(region => acts(name, ago, now, { ...of, region }));
        expect(new Set([...acting(NOW), ...acting(NOW + MARGIN)]).size).toBeLessThanOrEqual(1);
      }));
    });

    test('lets every region act once in a round', () => {
      fc.assert(fc.property(someName, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 2, max: 10 }), (name, n, minutes) => {
        const regions = many(n);
        const takeoverAfter = minutes * MINUTE;
        const acting: string[] = [];
        for (let ago = takeoverAfter; ago < roundLength(n, takeoverAfter, LEDGER_TIMING); ago += MINUTE) {
          const region = regions.find(one => acts(name, ago, NOW, { region: one, regions, takeoverAfter, timing: LEDGER_TIMING }));
          if (region !== undefined && acting.at(-1) !== region) acting.push(region);
        }
        expect(acting).toEqual(takeoverOrder(name, regions[0], regions));
      }), { numRuns: 20 });
    });
  });

  describe('with a holder', () => {
    test('waits for as long as it beats, however long the workflow runs', () => {
      expect(due(witnessed(600 * MINUTE), { others: [started(600 * MINUTE)], heartbeatsAgo: { [ORIGIN]: 1000 } }))
        .toEqual({ kind: 'WAIT', dueAt: NOW - 1000 + SILENCE + T });
    });

    test('takes over in its turn after the holder went silent', () => {
      const others = [started(600 * MINUTE)];
      expect(due(witnessed(600 * MINUTE), { others, heartbeatsAgo: { [ORIGIN]: SILENCE + T } })).toMatchObject({ kind: 'TAKE_OVER' });
      expect(due(witnessed(600 * MINUTE), { others, heartbeatsAgo: { [ORIGIN]: SILENCE + T - 1 } })).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
      expect(due(witnessed(600 * MINUTE), { others, heartbeatsAgo: { [ORIGIN]: SILENCE + T } }, SECOND)).toEqual({ kind: 'WAIT', dueAt: NOW + DISTANCE });
    });

    test('takes a claim for a sign of life, also of a region that never beat', () => {
      expect(due(witnessed(T), { others: [started(T - 1000)] })).toEqual({ kind: 'WAIT', dueAt: NOW + 1000 + SILENCE });
      expect(due(witnessed(600 * MINUTE), { others: [started(SILENCE + T)] })).toMatchObject({ kind: 'TAKE_OVER' });
    });

    test('waits while one of several is alive', () => {
      const others = [started(600 * MINUTE), started(300 * MINUTE, { region: SECOND })];
      expect(due(witnessed(600 * MINUTE), { others, heartbeatsAgo: { [ORIGIN]: 500 * MINUTE, [SECOND]: 0 } })).toMatchObject({ kind: 'WAIT' });
      expect(due(witnessed(600 * MINUTE), { others, heartbeatsAgo: { [ORIGIN]: 500 * MINUTE, [SECOND]: SILENCE + T } })).toMatchObject({ kind: 'TAKE_OVER' });
    });

    test('goes on in the order after a holder that took over, as those do that have not seen its claim', () => {
      const gone = SILENCE + T;
      const others = [started(gone + T), started(gone, { region: FIRST, cycle: 0 })];
      expect(due(witnessed(gone + T), { others }, SECOND)).toMatchObject({ kind: 'TAKE_OVER', cycle: 0 });
      const again = [started(gone + T), started(gone, { region: SECOND, cycle: 0 })];
      expect(due(witnessed(gone + T), { others: again })).toEqual({ kind: 'WAIT', dueAt: NOW + DISTANCE });
    });

    test('does not take a witness for a holder', () => {
      expect(due(witnessed(T), { others: [witnessed(T, { region: SECOND })], heartbeatsAgo: { [SECOND]: 0 } })).toMatchObject({ kind: 'TAKE_OVER' });
    });
  });

  test.each<[EntryStatus, boolean]>([
    ['SUCCEEDED', false], ['FAILED', true], ['TIMED_OUT', true], ['ABORTED', true], ['RESOLVED', true],
  ])('resolves what ended elsewhere as %s; keeps the event: %s', (status, keepsEvent) => {
    const others: LedgerEntry[] = [started(T), { ...witnessed(T), region: SECOND, status }];
    expect(due(witnessed(T), { others })).toEqual({ kind: 'RESOLVE', keepsEvent });
  });

  test('checks what this region has started, when it is due', () => {
    expect(due(started(T))).toEqual({ kind: 'CHECK' });
    expect(due(started(T, { dueAt: NOW + 1 }))).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
  });

  describe('in a region that was away', () => {
    test('waits until the region has caught up, and for its next turn if this one is over by then', () => {
      expect(due(witnessed(T), { upSince: NOW - T })).toMatchObject({ kind: 'TAKE_OVER' });
      expect(due(witnessed(T), { upSince: NOW - T + 1 })).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
      expect(due(witnessed(T), { upSince: NOW })).toEqual({ kind: 'WAIT', dueAt: NOW + 3 * DISTANCE });
    });

    test('waits for the region\'s own Step Functions', () => {
      expect(due(witnessed(T), { upSince: undefined })).toEqual({ kind: 'WAIT', dueAt: NOW - 1 });
    });
  });

  describe('told by an operator', () => {
    test('takes over at once when it is forced to, whoever holds it', () => {
      const rest = { others: [started(1000)], heartbeatsAgo: { [ORIGIN]: 0 }, upSince: undefined };
      expect(due(witnessed(1000, { forced: true }), rest, SECOND)).toEqual({ kind: 'TAKE_OVER', until: NOW + MARGIN, cycle: 0 });
    });

    test.each<EntryStatus>(['FAILED', 'TIMED_OUT', 'ABORTED'])('runs again what ended elsewhere as %s', status => {
      const others: LedgerEntry[] = [{ ...started(T), status }];
      expect(due(witnessed(T, { forced: true }), { others }, SECOND)).toMatchObject({ kind: 'TAKE_OVER' });
      expect(due(witnessed(T, { status: 'RESOLVED', forced: true, dueAt: 0 }), { others }, SECOND)).toMatchObject({ kind: 'TAKE_OVER' });
    });

    test('never runs again what succeeded elsewhere', () => {
      const others: LedgerEntry[] = [{ ...started(T), status: 'SUCCEEDED' }];
      expect(due(witnessed(T, { status: 'RESOLVED', forced: true, dueAt: 0 }), { others })).toEqual({ kind: 'RESOLVE', keepsEvent: false });
    });

    test('never takes over what it is forbidden to, and looks again', () => {
      expect(due(witnessed(T, { forbidden: true }))).toEqual({ kind: 'WAIT', dueAt: NOW + T });
      expect(due(witnessed(T, { forbidden: true, forced: true }))).toEqual({ kind: 'WAIT', dueAt: NOW + T });
    });
  });

  describe('of what an evacuated region has left', () => {
    const evacuated = new Set([ORIGIN]);
    const SILENT = SILENCE + MINUTE + 1;

    test('the first successor takes over without waiting for its turn', () => {
      expect(due(witnessed(SILENT), { evacuated })).toMatchObject({ kind: 'TAKE_OVER' });
      expect(due(witnessed(600 * MINUTE), { evacuated, others: [started(600 * MINUTE)], heartbeatsAgo: { [ORIGIN]: SILENT } })).toMatchObject({ kind: 'TAKE_OVER' });
    });

    test('the others wait for theirs, lest two act at once', () => {
      expect(due(witnessed(SILENT), { evacuated }, SECOND)).toMatchObject({ kind: 'WAIT' });
      expect(due(witnessed(T + TURN), { evacuated })).toMatchObject({ kind: 'WAIT' });
    });

    test.each<[string, Partial<LedgerView> & { heartbeatsAgo?: Record<string, number> }, number]>([
      ['the region still beats', { heartbeatsAgo: { [ORIGIN]: SILENT - 1 } }, 4 * MINUTE],
      ['the region has just published it', {}, SILENT - 1],
      ['another region holds it', { others: [started(4 * MINUTE, { region: SECOND })] }, 4 * MINUTE],
      ['this region was away', { upSince: NOW - T + 1 }, 4 * MINUTE],
    ])('the first successor waits if %s', (_, rest, ago) => {
      expect(due(witnessed(ago), { evacuated, ...rest })).toMatchObject({ kind: 'WAIT' });
    });
  });
});

describe('the only region of a workflow', () => {
  const alone: TakeoverConfig = { ...config(ORIGIN), regions: [ORIGIN] };
  const own = (ago: number) => witnessed(ago, { region: ORIGIN });
  const decide = (ago: number, rest: Partial<LedgerView> = {}) => decideSweep({
    now: NOW, own: own(ago), others: [], heartbeats: new Map(), evacuated: new Set(), upSince: 0, ...rest,
  }, alone);

  test('claims what is fresh', () => {
    expect(decideArrival(event(0), [], NOW, alone)).toEqual({ kind: 'CLAIM', until: NOW + MARGIN });
  });

  test('starts what came late in a turn of its own, which comes again and again', () => {
    expect(decideArrival(event(T - MARGIN), [], NOW, alone)).toEqual({ kind: 'WITNESS', dueAt: NOW + MARGIN });
    expect(decide(T - 1)).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
    expect(decide(T)).toEqual({ kind: 'TAKE_OVER', until: NOW + MARGIN, cycle: 0 });
    expect(decide(T + TURN)).toEqual({ kind: 'WAIT', dueAt: NOW - TURN + DISTANCE });
    expect(decide(T + DISTANCE + turnDistance(T, LEDGER_TIMING, 1))).toMatchObject({ kind: 'TAKE_OVER', cycle: 2 });
  });

  test('starts what a region has left that is none of the workflow any more', () => {
    const left = { own: { ...own(T), origin: 'eu-west-1' } };
    expect(decide(T, left)).toMatchObject({ kind: 'TAKE_OVER' });
    expect(decide(T, { ...left, others: [started(1000, { region: 'eu-west-1', origin: 'eu-west-1' })] })).toMatchObject({ kind: 'WAIT' });
  });

  test('has had its turn after takeoverAfter and the length of a turn', () => {
    expect(roundLength(1, T, LEDGER_TIMING)).toBe(T + TURN);
  });

  test('waits after it was away, evacuated or not, as its queue may hold what it does not know of', () => {
    for (const evacuated of [new Set<string>(), new Set([ORIGIN])]) {
      expect(decide(T, { upSince: NOW, evacuated })).toMatchObject({ kind: 'WAIT' });
    }
  });
});

describe('abandonedRegions', () => {
  test('are the evacuated regions that do not beat', () => {
    const heartbeats = new Map([['alive', NOW - SILENCE - MINUTE], ['gone', NOW - SILENCE - MINUTE - 1], ['not evacuated', 0]]);
    expect(abandonedRegions({ evacuated: new Set(['alive', 'gone', 'never beat']), heartbeats, now: NOW }, config(FIRST))).toEqual(['gone', 'never beat']);
  });
});

describe('decideExecution', () => {
  const of = (execution: Execution | undefined, startedAgo: number, others: LedgerEntry[] = [], rest: Partial<OpenEntry> = {}) => (
    decideExecution({ own: started(startedAgo, rest), others }, execution, NOW, config(ORIGIN))
  );

  test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const)('ends what ended as %s', status => {
    expect(of({ status, endedAt: NOW - 5 }, T)).toEqual({ kind: 'END', status, endedAt: NOW - 5 });
    expect(of({ status }, T)).toEqual({ kind: 'END', status, endedAt: NOW });
  });

  test('looks at what runs at ever longer intervals, up to a day', () => {
    expect(of({ status: 'RUNNING' }, 1000)).toEqual({ kind: 'WAIT', dueAt: NOW + T });
    expect(of({ status: 'RUNNING' }, 3 * T)).toEqual({ kind: 'WAIT', dueAt: NOW + 3 * T });
    expect(of({ status: 'RUNNING' }, 600 * MINUTE)).toEqual({ kind: 'WAIT', dueAt: NOW + 600 * MINUTE });
    expect(of({ status: 'RUNNING' }, 6000 * MINUTE)).toEqual({ kind: 'WAIT', dueAt: NOW + 1440 * MINUTE });
  });

  test('starts what is not there while the claim keeps the others off, then gives it back', () => {
    expect(of(undefined, T - MARGIN - 1)).toEqual({ kind: 'START', until: NOW + MARGIN });
    expect(of(undefined, T - MARGIN)).toEqual({ kind: 'WAIT', dueAt: NOW + MARGIN });
    expect(of(undefined, T - 1)).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
    expect(of(undefined, T)).toEqual({ kind: 'WITHDRAW' });
  });

  test('gives back what another region has brought to an end, unless an operator has forced it', () => {
    const ended: LedgerEntry[] = [{ ...started(T), region: SECOND, status: 'FAILED' }];
    expect(of(undefined, 1000, ended)).toEqual({ kind: 'WITHDRAW' });
    expect(of(undefined, 1000, ended, { forced: true })).toMatchObject({ kind: 'START' });
    expect(of({ status: 'RUNNING' }, 1000, ended)).toMatchObject({ kind: 'WAIT' });
  });
});

describe('laterLook', () => {
  test('is in one to ten minutes, by the name', () => {
    const looks = Array.from({ length: 1000 }, (_, i) => (laterLook({ name: `o-${i}` }, NOW, config(ORIGIN)) - NOW) / MINUTE);
    expect([...new Set(looks)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(laterLook({ name: 'o-1' }, NOW, config(ORIGIN))).toBe(laterLook({ name: 'o-1' }, NOW, config(FIRST)));
  });
});

describe('endOf', () => {
  const change = (detail: object) => ({ time: '2026-11-22T00:00:00Z', detail });

  test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('takes the end as %s', status => {
    expect(endOf(change({ name: NAME, status, stopDate: 5 }))).toEqual({ name: NAME, status, endedAt: 5 });
    expect(endOf(change({ name: NAME, status, stopDate: null }))).toEqual({ name: NAME, status, endedAt: NOW });
  });

  test.each([{ name: NAME, status: 'RUNNING' }, { name: NAME, status: 'PENDING_REDRIVE' }, { name: NAME }, { status: 'FAILED' }, {}])('takes %j for no end', detail => {
    expect(endOf(change(detail))).toBeUndefined();
  });

  test('takes something that is no event for no end', () => expect(endOf({})).toBeUndefined());
});

describe('upSince', () => {
  const beat = (ago: number) => ({ region: FIRST, beatAt: NOW - ago, upSince: 7 });

  test('is since the first of an unbroken row of beats, of which one may be missing', () => {
    expect(upSince(beat(MINUTE), NOW, config(FIRST))).toBe(7);
    expect(upSince(beat(SILENCE + MARGIN), NOW, config(FIRST))).toBe(7);
  });

  test('is now for a region that was away, or that has only begun', () => {
    expect(upSince(beat(SILENCE + MARGIN + 1), NOW, config(FIRST))).toBe(NOW);
    expect(upSince(undefined, NOW, config(FIRST))).toBe(NOW);
  });

  test('is now for a region that could have missed a claim', () => {
    const quick = { ...config(FIRST), takeoverAfter: 2 * MINUTE };
    expect(upSince(beat(2 * MINUTE - MARGIN), NOW, quick)).toBe(7);
    expect(upSince(beat(2 * MINUTE - MARGIN + 1), NOW, quick)).toBe(NOW);
  });
});
