import * as fc from 'fast-check';
import { LEDGER_TIMING, turnDistance } from '../../../src/replicated-workflow/ledger-timing';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** How long a region that returns takes to see what it missed. */
export const LONGEST_CATCH_UP = MINUTE;

/** An event of a key that is published once more, in the same region or in another. */
export interface Repetition {
  readonly origin: number;
  /** How much later than the first. */
  readonly after: number;
  /** How much longer than usual it takes to the peers' queues, or to that of one peer. */
  readonly detour: number;
  readonly detourTo?: number;
}

/** An event that is published in one region and replicated to all others. Times are in milliseconds since the start of the run. */
export interface Publication {
  readonly at: number;
  readonly origin: number;
  /** How long its workflow runs. */
  readonly duration: number;
  /** The further events of the same key. */
  readonly again: readonly Repetition[];
  /** How long each region's queue keeps it before the starter gets it first. */
  readonly backlog: readonly number[];
  /** How much longer than usual it takes to the peers' queues or to that of one peer, and to the origin's. */
  readonly detour: number;
  readonly detourTo?: number;
  readonly detourAtHome: number;
  /** What its publisher set its time off by. */
  readonly shift: number;
  readonly twice: boolean;
}

/**
 * Something fails. A region freezes, its Step Functions does not answer, or it cannot be reached from another region: these are failures of a region. A region whose concurrency is used up, whose
 * Step Functions is asked too often, or whose control table does not answer is impaired, and none of them may make it look dead.
 */
export type OutageKind = 'FREEZE' | 'STEP_FUNCTIONS' | 'CUT' | Impairment;
export type Impairment = 'BUSY' | 'THROTTLED' | 'CONTROL_TABLE';

export interface Outage {
  readonly kind: OutageKind;
  readonly region: number;
  readonly other: number;
  readonly at: number;
  /** Infinite if the region never returns. */
  readonly length: number;
}

/** A region freezes just before or just after its n-th write or start, or a little later. */
export interface Trip {
  readonly region: number;
  readonly step: number;
  readonly before: boolean;
  readonly later?: number;
  readonly length: number;
}

/** An operator marks a region as evacuated, from another one, and takes the mark away. */
export interface Mark {
  readonly region: number;
  readonly by: number;
  readonly at: number;
  readonly length: number;
}

/** All that chance decides of a run, but for the small delays, which its seed decides. */
export interface Scenario {
  readonly seed: number;
  readonly regions: number;
  readonly takeoverAfter: number;
  readonly publications: readonly Publication[];
  readonly outages: readonly Outage[];
  readonly trips: readonly Trip[];
  readonly marks: readonly Mark[];
  /** How many in a thousand handlers die at any of their steps. */
  readonly crashes: number;
  /** How many in a hundred ends of executions the recorder never hears of. */
  readonly unheard: number;
  /** How many entries a sweeper gets done in a run. */
  readonly sweepLimit: number;
  /** No more fails than the promise allows without a duplicate. */
  readonly calm: boolean;
}

const REGIONS = 5;
const STORM = 20 * MINUTE;

const region = fc.nat(REGIONS - 1);
const time = (max: number) => fc.integer({ min: 0, max: max / SECOND }).map(seconds => seconds * SECOND);
const impairment = fc.constantFrom<Impairment>('BUSY', 'THROTTLED', 'CONTROL_TABLE');
const failure = fc.constantFrom<OutageKind>('FREEZE', 'FREEZE', 'CUT', 'CUT', 'STEP_FUNCTIONS');
const kind = fc.oneof({ arbitrary: failure, weight: 3 }, { arbitrary: impairment, weight: 1 });
const mostly = <T>(usual: T, other: fc.Arbitrary<T>, weight = 3) => (
  fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: other, weight: 1 })
);

const publication = (backlog: fc.Arbitrary<number>) => fc.record({
  at: time(STORM),
  origin: region,
  duration: fc.oneof(time(MINUTE), time(STORM)),
  backlog: fc.array(mostly(0, backlog), { minLength: REGIONS, maxLength: REGIONS }),
  detour: mostly(0, time(10 * MINUTE), 5),
  detourAtHome: mostly(0, time(10 * MINUTE), 7),
  shift: mostly(0, fc.oneof(time(10 * MINUTE).map(late => -late), time(90 * MINUTE)), 5),
  twice: fc.boolean(),
  again: fc.constant<Repetition[]>([]),
  // Only by a time that is not in the future do all regions count alike: what reaches one of them late would look younger there
}).map(one => (one.shift > 0 ? { ...one, detour: 0, detourAtHome: 0 } : one));

/** The same key in several regions: at the same moment, a little or long afterwards, and with a bus that may be late. */
const repeated = (backlog: fc.Arbitrary<number>) => fc.tuple(publication(backlog), fc.array(fc.record({
  origin: region,
  after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 * SECOND }), time(10 * MINUTE), time(2 * STORM)),
  detour: mostly(0, time(10 * MINUTE), 1),
  detourTo: fc.option(region, { nil: undefined }),
}), { minLength: 1, maxLength: 3 })).map(([one, again]) => ({ ...one, shift: 0, again }));

const mostlyOnce = (backlog: fc.Arbitrary<number>) => fc.oneof(
  { arbitrary: publication(backlog), weight: 2 },
  { arbitrary: repeated(backlog), weight: 1 },
);

const base = {
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  regions: fc.integer({ min: 2, max: REGIONS }),
  takeoverAfter: fc.constantFrom(2, 3, 5).map(minutes => minutes * MINUTE),
  unheard: fc.constantFrom(0, 20, 100),
  sweepLimit: fc.constantFrom(1, 2, Infinity),
};

/** No region fails: but handlers die halfway, queues are slow, events come twice, keys are published again, ends stay unheard, and regions are busy or throttled. */
export const undisturbed: fc.Arbitrary<Scenario> = fc.record({
  ...base,
  publications: fc.array(mostlyOnce(time(15 * MINUTE)), { minLength: 1, maxLength: 4 }),
  outages: fc.array(fc.record({ kind: impairment, region, other: region, at: time(STORM), length: time(STORM) }), { maxLength: 2 }),
  trips: fc.constant([]),
  marks: fc.array(fc.record({ region, by: region, at: time(STORM), length: time(STORM) }), { maxLength: 2 }),
  crashes: fc.constantFrom(0, 10, 40),
  calm: fc.constant(true),
});

/** What fails, fails for less than `takeoverAfter`, the margin and a slow queue subtracted. */
export const brief: fc.Arbitrary<Scenario> = fc.record({
  ...base,
  kind: failure,
  failing: region,
  other: region,
  start: time(STORM),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  publications: fc.array(publication(fc.constant(0)), { minLength: 1, maxLength: 4 }),
  slow: fc.double({ min: 0, max: 1, noNaN: true }),
}).map(({ kind: failed, failing, other, start, share, slow, publications, ...rest }) => {
  const budget = rest.takeoverAfter - LEDGER_TIMING.margin - 20 * SECOND;
  const length = Math.floor(budget * share);
  return {
    ...rest,
    // an outage also holds up what the queues give out
    publications: publications.map(one => (
      { ...one, shift: 0, detourAtHome: 0, backlog: one.backlog.map(() => Math.floor((budget - length) * slow)) }
    )),
    outages: [{ kind: failed, region: failing, other, at: start, length }],
    trips: [],
    marks: [],
    crashes: 0,
    calm: true,
  };
});

/** Publishers whose clocks are ahead. */
export const ahead: fc.Arbitrary<Scenario> = undisturbed.map(one => ({
  ...one, publications: one.publications.map(event => ({ ...event, again: [], shift: 90 * MINUTE, detour: 0, detourAtHome: 0 })),
}));

const length = fc.oneof(time(3 * MINUTE), time(STORM), fc.constant(Infinity));

/** What impairs a region passes. */
const passing = <T extends Pick<Outage, 'kind' | 'length'>>(one: T): T => (
  ['BUSY', 'THROTTLED', 'CONTROL_TABLE'].includes(one.kind) && one.length === Infinity ? { ...one, length: STORM } : one
);

/** Anything fails, for any time. */
export const stormy: fc.Arbitrary<Scenario> = fc.record({
  ...base,
  publications: fc.array(mostlyOnce(time(10 * MINUTE)), { minLength: 1, maxLength: 3 }),
  outages: fc.array(fc.record({ kind, region, other: region, at: time(STORM), length }).map(passing), { maxLength: 4 }),
  trips: fc.array(fc.record({ region, step: fc.nat(4), before: fc.boolean(), length }), { maxLength: 2 }),
  marks: fc.array(fc.record({ region, by: region, at: time(STORM), length: time(2 * STORM) }), { maxLength: 2 }),
  crashes: fc.constantFrom(0, 20),
  calm: fc.constant(false),
});

/** One event, whose region fails soon, and then one of the others, which may return when it is another one's turn. */
export const struck: fc.Arbitrary<Scenario> = fc.record({
  ...base,
  regions: fc.integer({ min: 2, max: 4 }),
  publications: publication(fc.constant(0)).map(one => [{ ...one, at: 0, origin: 0, shift: 0 }]),
  first: fc.record({ kind, region: fc.constant(0), other: region, at: time(MINUTE), length }).map(passing),
  second: fc.record({ kind, region, other: region, at: time(2 * MINUTE), length }).map(passing),
  backIn: fc.option(time(2 * MINUTE), { freq: 2 }),
  trips: fc.array(fc.record({ region, step: fc.nat(2), before: fc.boolean(), length }), { maxLength: 1 }),
  marks: fc.constant([]),
  crashes: fc.constantFrom(0, 20),
  calm: fc.constant(false),
}).map(({ first, second, backIn, ...rest }) => {
  if (backIn === null) return { ...rest, outages: [first, second] };
  const away = turnDistance(rest.takeoverAfter, LEDGER_TIMING);
  return {
    ...rest,
    publications: rest.publications.map(one => ({ ...one, backlog: [MINUTE, 0, 0, 0, 0] })),
    outages: [
      { ...first, kind: 'FREEZE', at: 5 * SECOND, length: Infinity },
      { ...second, kind: 'FREEZE', at: second.at + 10 * SECOND, length: away + backIn - second.at },
    ],
  };
});

/** A region dies, and leaves more than the others' sweepers get done in a turn. */
export const flooded: fc.Arbitrary<Scenario> = fc.record({
  ...base,
  regions: fc.integer({ min: 3, max: 4 }),
  sweepLimit: fc.constant(1),
  publications: fc.array(publication(fc.constant(0)).map(one => ({ ...one, at: one.at / 40, origin: 0, shift: 0 })), { minLength: 8, maxLength: 16 }),
  outages: fc.record({ kind: fc.constant<OutageKind>('FREEZE'), region: fc.constant(0), other: region, at: time(MINUTE), length: fc.constant(Infinity) })
    .map(outage => [outage]),
  trips: fc.constant([]),
  marks: fc.constant([]),
  crashes: fc.constant(0),
  calm: fc.constant(false),
});

/** A workflow of one region, which has nobody to be cut off from. */
export const alone: fc.Arbitrary<Scenario> = fc.oneof(undisturbed, stormy).map(one => (
  { ...one, regions: 1, outages: one.outages.filter(outage => outage.kind !== 'CUT') }
));

/** The same keys in several regions, of which none fails. */
export const contested: fc.Arbitrary<Scenario> = fc.record({
  ...base,
  publications: fc.array(repeated(time(15 * MINUTE)), { minLength: 1, maxLength: 2 }),
  outages: fc.array(fc.record({ kind: impairment, region, other: region, at: time(STORM), length: time(STORM) }), { maxLength: 1 }),
  trips: fc.constant([]),
  marks: fc.constant([]),
  crashes: fc.constantFrom(0, 20),
  calm: fc.constant(true),
});

/** What the origin, or another one that publishes the same key, gets at about the time at which it is the turn of a peer. */
export const belated: fc.Arbitrary<Scenario> = fc.record({
  ...base,
  publications: repeated(fc.constant(0)).map(one => [{ ...one, at: 0 }]),
  sameKey: fc.boolean(),
  around: fc.integer({ min: -MINUTE / SECOND, max: 4 * MINUTE / SECOND }),
  sooner: fc.nat(30),
  outages: fc.constant([]),
  trips: fc.constant([]),
  marks: fc.constant([]),
  crashes: fc.constant(0),
  calm: fc.constant(true),
}).map(({ publications: [one], sameKey, around, sooner, ...rest }) => {
  const turn = rest.takeoverAfter + around * SECOND;
  const other = one.origin + 1;
  const isHome = (i: number): boolean => i === one.origin % rest.regions;
  const once = { ...one, twice: false };
  const backlog = one.backlog.map((_, i) => (isHome(i) ? 0 : Math.max(0, turn - sooner * SECOND)));
  const late = { ...once, again: [], backlog, detour: 0, detourAtHome: turn };
  // the first of two is stuck in its region, and has not come to the second's
  const twice = {
    ...once,
    backlog: one.backlog.map((_, i) => (isHome(i) ? STORM : 0)),
    detour: STORM,
    detourTo: other,
    again: [{ origin: other, after: turn, detour: 0 }],
  };
  return { ...rest, publications: [sameKey ? twice : late] };
});

/** A region that takes over late in its turn, and dies as soon as it has: some of the others see its claim. */
export const halfSeen: fc.Arbitrary<Scenario> = fc.record({
  ...base,
  regions: fc.integer({ min: 3, max: REGIONS }),
  takeoverAfter: fc.constant(2 * MINUTE),
  sweepLimit: fc.constant(Infinity),
  publications: publication(fc.constant(0)).map(one => [{
    ...one, at: 20 * SECOND, origin: 0, shift: 0, detour: 0, detourAtHome: 0, twice: false, backlog: [2 * STORM, 0, 0, 0, 0],
  }]),
  successor: fc.integer({ min: 1, max: REGIONS - 1 }),
  away: fc.integer({ min: 60, max: 150 }),
  later: fc.nat(10 * SECOND),
  marks: fc.constant([]),
  crashes: fc.constant(0),
  calm: fc.constant(false),
}).map(({ successor, away, later, ...rest }) => ({
  ...rest,
  outages: [{ kind: 'FREEZE' as const, region: successor, other: 0, at: 0, length: away * SECOND }],
  trips: [{ region: successor, step: 2, before: false, later, length: Infinity }],
}));

export const scenario: fc.Arbitrary<Scenario> = fc.oneof(undisturbed, brief, stormy, struck, flooded, contested, belated, halfSeen);
