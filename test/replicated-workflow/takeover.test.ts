import * as fc from 'fast-check';
import { MARGIN, OpenPart, Part, SILENCE, Status } from '../../src/replicated-workflow/ledger';
import { succession } from '../../src/replicated-workflow/succession';
import {
  abandoned, Execution, mayGoOn, onDue, onEnded, onEvent, onExecution, publishedAt, roundOf, Terms, TURN, upSince, View,
} from '../../src/replicated-workflow/takeover';

const MINUTE = 60_000;
const T = 5 * MINUTE;
const DISTANCE = T + SILENCE + TURN;
const NOW = Date.UTC(2026, 10, 22);
const NAME = 'o-1';
const REGIONS = ['us-east-1', 'us-west-2', 'sa-east-1'];
const ORIGIN = 'us-east-1';
// as succession.test.ts has it
const FIRST = 'sa-east-1';
const SECOND = 'us-west-2';

const terms = (region: string): Terms => ({ region, regions: REGIONS, takeoverAfter: T });
const event = (ago: number, origin = ORIGIN) => ({ name: NAME, origin, publishedAt: NOW - ago });
const witnessed = (ago: number, rest: Partial<OpenPart> = {}): OpenPart => ({
  name: NAME, region: FIRST, origin: ORIGIN, status: 'WITNESSED', publishedAt: NOW - ago, dueAt: NOW - 1, ...rest,
});
const started = (ago: number, rest: Partial<OpenPart> = {}): OpenPart => (
  witnessed(ago, { region: ORIGIN, status: 'STARTED', startedAt: NOW - ago, ...rest })
);

function due(own: OpenPart, rest: Partial<View> & { beatsAgo?: Record<string, number> } = {}, region = own.region) {
  const beats = new Map(Object.entries(rest.beatsAgo ?? {}).map(([name, ago]) => [name, NOW - ago]));
  return onDue({ now: NOW, own, others: [], beats, evacuated: new Set(), upSince: 0, ...rest }, terms(region));
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

describe('onEvent', () => {
  test('claims a fresh event in its origin, for as long as all see the claim before the first turn', () => {
    expect(onEvent(event(0), NOW, terms(ORIGIN))).toEqual({ kind: 'CLAIM', until: NOW + T - MARGIN });
    expect(onEvent(event(T - MARGIN - 1), NOW, terms(ORIGIN))).toEqual({ kind: 'CLAIM', until: NOW + 1 });
  });

  test('witnesses an event that comes too late to its origin, which is then the last successor', () => {
    expect(onEvent(event(T - MARGIN), NOW, terms(ORIGIN))).toEqual({ kind: 'WITNESS', dueAt: NOW + MARGIN + 2 * DISTANCE });
  });

  test('witnesses an event in its peers, each with its own turn', () => {
    expect(onEvent(event(1000), NOW, terms(FIRST))).toEqual({ kind: 'WITNESS', dueAt: NOW - 1000 + T });
    expect(onEvent(event(1000), NOW, terms(SECOND))).toEqual({ kind: 'WITNESS', dueAt: NOW - 1000 + T + DISTANCE });
  });

  test('witnesses an event whose origin is no region of the workflow any more', () => {
    expect(REGIONS.map(region => onEvent(event(0, 'eu-west-1'), NOW, terms(region)).kind)).toEqual(['WITNESS', 'WITNESS', 'WITNESS']);
  });

  test('leaves a turn that is over to the next round', () => {
    expect(onEvent(event(T + TURN), NOW, terms(FIRST))).toEqual({ kind: 'WITNESS', dueAt: NOW - TURN + 3 * DISTANCE });
    expect(onEvent(event(T + TURN - 1), NOW, terms(FIRST))).toEqual({ kind: 'WITNESS', dueAt: NOW - TURN + 1 });
  });
});

describe('mayGoOn', () => {
  test('is so for a claim that keeps the others off', () => {
    expect(mayGoOn(started(T - MARGIN - 1), NOW, terms(ORIGIN))).toBe(true);
    expect(mayGoOn(started(T - MARGIN), NOW, terms(ORIGIN))).toBe(false);
  });

  test.each<Status>(['WITNESSED', 'RESOLVED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('is not so for %s', status => {
    expect(mayGoOn({ ...started(0), status }, NOW, terms(ORIGIN))).toBe(false);
  });
});

describe('onDue', () => {
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
    const acts = (name: string, ago: number, now: number, of: Terms) => {
      const own = { ...witnessed(ago), name, region: of.region, origin: of.regions[0] };
      return onDue({ now, own, others: [], beats: new Map(), evacuated: new Set(), upSince: 0 }, of).kind === 'TAKE_OVER';
    };
    const someName = fc.string({ minLength: 1 });

    test('never lets two regions act at once, nor one within the margin of another', () => {
      fc.assert(fc.property(someName, fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 60 }), fc.nat(), (name, n, minutes, ago) => {
        const regions = many(n);
        const acting = (now: number) => regions.filter(region => acts(name, ago, now, { region, regions, takeoverAfter: minutes * MINUTE }));
        expect(new Set([...acting(NOW), ...acting(NOW + MARGIN)]).size).toBeLessThanOrEqual(1);
      }));
    });

    test('lets every region act once in a round', () => {
      fc.assert(fc.property(someName, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 2, max: 10 }), (name, n, minutes) => {
        const regions = many(n);
        const takeoverAfter = minutes * MINUTE;
        const acting: string[] = [];
        for (let ago = takeoverAfter; ago < roundOf(n, takeoverAfter); ago += MINUTE) {
          const region = regions.find(one => acts(name, ago, NOW, { region: one, regions, takeoverAfter }));
          if (region !== undefined && acting.at(-1) !== region) acting.push(region);
        }
        expect(acting).toEqual(succession(name, regions[0], regions));
      }), { numRuns: 20 });
    });
  });

  describe('with a holder', () => {
    test('waits for as long as it beats, however long the workflow runs', () => {
      expect(due(witnessed(600 * MINUTE), { others: [started(600 * MINUTE)], beatsAgo: { [ORIGIN]: 1000 } }))
        .toEqual({ kind: 'WAIT', dueAt: NOW - 1000 + SILENCE + T });
    });

    test('takes over in its turn after the holder went silent', () => {
      const others = [started(600 * MINUTE)];
      expect(due(witnessed(600 * MINUTE), { others, beatsAgo: { [ORIGIN]: SILENCE + T } })).toMatchObject({ kind: 'TAKE_OVER' });
      expect(due(witnessed(600 * MINUTE), { others, beatsAgo: { [ORIGIN]: SILENCE + T - 1 } })).toEqual({ kind: 'WAIT', dueAt: NOW + 1 });
      expect(due(witnessed(600 * MINUTE), { others, beatsAgo: { [ORIGIN]: SILENCE + T } }, SECOND)).toEqual({ kind: 'WAIT', dueAt: NOW + DISTANCE });
    });

    test('takes a claim for a sign of life, also of a region that never beat', () => {
      expect(due(witnessed(T), { others: [started(T - 1000)] })).toEqual({ kind: 'WAIT', dueAt: NOW + 1000 + SILENCE });
      expect(due(witnessed(600 * MINUTE), { others: [started(SILENCE + T)] })).toMatchObject({ kind: 'TAKE_OVER' });
    });

    test('waits while one of several is alive', () => {
      const others = [started(600 * MINUTE), started(300 * MINUTE, { region: SECOND })];
      expect(due(witnessed(600 * MINUTE), { others, beatsAgo: { [ORIGIN]: 500 * MINUTE, [SECOND]: 0 } })).toMatchObject({ kind: 'WAIT' });
      expect(due(witnessed(600 * MINUTE), { others, beatsAgo: { [ORIGIN]: 500 * MINUTE, [SECOND]: SILENCE + T } })).toMatchObject({ kind: 'TAKE_OVER' });
    });

    test('does not take a witness for a holder', () => {
      expect(due(witnessed(T), { others: [witnessed(T, { region: SECOND })], beatsAgo: { [SECOND]: 0 } })).toMatchObject({ kind: 'TAKE_OVER' });
    });
  });

  test.each<Status>(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'RESOLVED'])('resolves what ended elsewhere as %s', status => {
    const others: Part[] = [started(T), { ...witnessed(T), region: SECOND, status }];
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
      const rest = { others: [started(1000)], beatsAgo: { [ORIGIN]: 0 }, upSince: undefined };
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
      expect(due(witnessed(600 * MINUTE), { evacuated, others: [started(600 * MINUTE)], beatsAgo: { [ORIGIN]: SILENT } })).toMatchObject({ kind: 'TAKE_OVER' });
    });

    test('the others wait for theirs, lest two act at once', () => {
      expect(due(witnessed(SILENT), { evacuated }, SECOND)).toMatchObject({ kind: 'WAIT' });
      expect(due(witnessed(T + TURN), { evacuated })).toMatchObject({ kind: 'WAIT' });
    });

    test.each<[string, Partial<View> & { beatsAgo?: Record<string, number> }, number]>([
      ['the region still beats', { beatsAgo: { [ORIGIN]: SILENT - 1 } }, 4 * MINUTE],
      ['the region has just published it', {}, SILENT - 1],
      ['another region holds it', { others: [started(4 * MINUTE, { region: SECOND })] }, 4 * MINUTE],
      ['this region was away', { upSince: NOW - T + 1 }, 4 * MINUTE],
    ])('the first successor waits if %s', (_, rest, ago) => {
      expect(due(witnessed(ago), { evacuated, ...rest })).toMatchObject({ kind: 'WAIT' });
    });
  });
});

describe('abandoned', () => {
  test('are the evacuated regions that do not beat', () => {
    const beats = new Map([['alive', NOW - SILENCE - MINUTE], ['gone', NOW - SILENCE - MINUTE - 1], ['not evacuated', 0]]);
    expect(abandoned(new Set(['alive', 'gone', 'never beat']), beats, NOW)).toEqual(['gone', 'never beat']);
  });
});

describe('onExecution', () => {
  const of = (execution: Execution | undefined, startedAgo: number) => onExecution(started(startedAgo), execution, NOW, terms(ORIGIN));

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

describe('onEnded', () => {
  const change = (detail: object) => ({ time: '2026-11-22T00:00:00Z', detail });

  test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('takes the end as %s', status => {
    expect(onEnded(change({ name: NAME, status, stopDate: 5 }))).toEqual({ name: NAME, status, endedAt: 5 });
    expect(onEnded(change({ name: NAME, status, stopDate: null }))).toEqual({ name: NAME, status, endedAt: NOW });
  });

  test.each([{ name: NAME, status: 'RUNNING' }, { name: NAME, status: 'PENDING_REDRIVE' }, { name: NAME }, { status: 'FAILED' }, {}])('takes %j for no end', detail => {
    expect(onEnded(change(detail))).toBeUndefined();
  });

  test('takes something that is no event for no end', () => expect(onEnded({})).toBeUndefined());
});

describe('upSince', () => {
  const beat = (ago: number) => ({ region: FIRST, beatAt: NOW - ago, upSince: 7 });

  test('is since the first of an unbroken row of beats, of which one may be missing', () => {
    expect(upSince(beat(MINUTE), NOW, terms(FIRST))).toBe(7);
    expect(upSince(beat(SILENCE + MARGIN), NOW, terms(FIRST))).toBe(7);
  });

  test('is now for a region that was away, or that has only begun', () => {
    expect(upSince(beat(SILENCE + MARGIN + 1), NOW, terms(FIRST))).toBe(NOW);
    expect(upSince(undefined, NOW, terms(FIRST))).toBe(NOW);
  });

  test('is now for a region that could have missed a claim', () => {
    const quick = { ...terms(FIRST), takeoverAfter: 2 * MINUTE };
    expect(upSince(beat(2 * MINUTE - MARGIN), NOW, quick)).toBe(7);
    expect(upSince(beat(2 * MINUTE - MARGIN + 1), NOW, quick)).toBe(NOW);
  });
});
