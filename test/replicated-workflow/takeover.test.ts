import * as fc from 'fast-check';
import { EntryStatus, LedgerEntry, OpenEntry } from '../../src/replicated-workflow/ledger-entry';
import { LEDGER_TIMING, roundLength, silenceAfter, turnDistance, turnLength } from '../../src/replicated-workflow/ledger-timing';
import {
  abandonedRegions, decideArrival, decideExecution, decideSweep, endOf, Execution, LedgerView, mayStillStart, publishedAt, upSince,
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
const event = (ago: number, origin = ORIGIN) => ({ name: NAME, origin, publishedAt: NOW - ago });
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

describe('decideArrival', () => {
  test('claims a fresh event in its origin, for as long as all see the claim before the first turn', () => {
    expect(decideArrival(event(0), NOW, config(ORIGIN))).toEqual({ kind: 'CLAIM', until: NOW + T - MARGIN });
    expect(decideArrival(event(T - MARGIN - 1), NOW, config(ORIGIN))).toEqual({ kind: 'CLAIM', until: NOW + 1 });
  });

  test('witnesses an event that comes too late to its origin, which is then the last successor', () => {
    expect(decideArrival(event(T - MARGIN), NOW, config(ORIGIN))).toEqual({ kind: 'WITNESS', dueAt: NOW + MARGIN + 2 * DISTANCE });
  });

  test('witnesses an event in its peers, each with its own turn', () => {
    expect(decideArrival(event(1000), NOW, config(FIRST))).toEqual({ kind: 'WITNESS', dueAt: NOW - 1000 + T });
    expect(decideArrival(event(1000), NOW, config(SECOND))).toEqual({ kind: 'WITNESS', dueAt: NOW - 1000 + T + DISTANCE });
  });

  test('witnesses an event whose origin is no region of the workflow any more', () => {
    expect(REGIONS.map(region => decideArrival(event(0, 'eu-west-1'), NOW, config(region)).kind)).toEqual(['WITNESS', 'WITNESS', 'WITNESS']);
  });

  test('leaves a turn that is over to the next round', () => {
    expect(decideArrival(event(T + TURN), NOW, config(FIRST))).toEqual({ kind: 'WITNESS', dueAt: NOW - TURN + 3 * DISTANCE });
    expect(decideArrival(event(T + TURN - 1), NOW, config(FIRST))).toEqual({ kind: 'WITNESS', dueAt: NOW - TURN + 1 });
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
      expect(due(witnessed(T))).toEqual({ kind: 'TAKE_OVER', until: NOW + MARGIN });
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
      expect(due(witnessed(T + 3 * DISTANCE))).toMatchObject({ kind: 'TAKE_OVER' });
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

    test('does not take a witness for a holder', () => {
      expect(due(witnessed(T), { others: [witnessed(T, { region: SECOND })], heartbeatsAgo: { [SECOND]: 0 } })).toMatchObject({ kind: 'TAKE_OVER' });
    });
  });

  test.each<EntryStatus>(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'RESOLVED'])('resolves what ended elsewhere as %s', status => {
    const others: LedgerEntry[] = [started(T), { ...witnessed(T), region: SECOND, status }];
    expect(due(witnessed(T), { others })).toEqual({ kind: 'RESOLVE' });
    expect(due(witnessed(T, { forced: true }), { others })).toEqual({ kind: 'RESOLVE' });
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
      expect(due(witnessed(1000, { forced: true }), rest, SECOND)).toEqual({ kind: 'TAKE_OVER', until: NOW + MARGIN });
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
    expect(decideArrival(event(0), NOW, alone)).toEqual({ kind: 'CLAIM', until: NOW + T - MARGIN });
  });

  test('starts what came late in a turn of its own, which comes again and again', () => {
    expect(decideArrival(event(T - MARGIN), NOW, alone)).toEqual({ kind: 'WITNESS', dueAt: NOW + MARGIN });
    expect(decide(T - 1)).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
    expect(decide(T)).toEqual({ kind: 'TAKE_OVER', until: NOW + MARGIN });
    expect(decide(T + TURN)).toEqual({ kind: 'WAIT', dueAt: NOW - TURN + DISTANCE });
    expect(decide(T + 7 * DISTANCE)).toMatchObject({ kind: 'TAKE_OVER' });
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
  const of = (execution: Execution | undefined, startedAgo: number) => decideExecution(started(startedAgo), execution, NOW, config(ORIGIN));

  test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const)('ends what ended as %s', status => {
    expect(of({ status, endedAt: NOW - 5 }, T)).toEqual({ kind: 'END', status, endedAt: NOW - 5 });
    expect(of({ status }, T)).toEqual({ kind: 'END', status, endedAt: NOW });
  });

  test('looks at what runs at ever longer intervals, up to an hour', () => {
    expect(of({ status: 'RUNNING' }, 1000)).toEqual({ kind: 'WAIT', dueAt: NOW + T });
    expect(of({ status: 'RUNNING' }, 3 * T)).toEqual({ kind: 'WAIT', dueAt: NOW + 3 * T });
    expect(of({ status: 'RUNNING' }, 600 * MINUTE)).toEqual({ kind: 'WAIT', dueAt: NOW + 60 * MINUTE });
  });

  test('starts what is not there while the claim keeps the others off, then gives it back', () => {
    expect(of(undefined, T - MARGIN - 1)).toEqual({ kind: 'START', until: NOW + MARGIN });
    expect(of(undefined, T - MARGIN)).toEqual({ kind: 'WAIT', dueAt: NOW + MARGIN });
    expect(of(undefined, T - 1)).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
    expect(of(undefined, T)).toEqual({ kind: 'WITHDRAW' });
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
