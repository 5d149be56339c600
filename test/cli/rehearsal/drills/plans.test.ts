import { assert, constantFrom, integer, property, record, uniqueArray } from 'fast-check';
import { fakeRegion, REGIONS, stageWith, SYSTEM } from './stage';
import { parseDrills } from '../../../../cli/rehearsal/drills/drill-names';
import { ALL_NEMESES } from '../../../../cli/rehearsal/drills/nemeses/all-nemeses';
import { PlannedStage } from '../../../../cli/rehearsal/drills/nemesis';
import { planDrills } from '../../../../cli/rehearsal/drills/plans';
import { Workload } from '../../../../cli/rehearsal/workload/workload';

const NAMES = ALL_NEMESES.map(({ name }) => name);
const WORKLOAD = { generator: () => undefined, poison: {} } as unknown as Workload;

/** Numbers that depend on a seed, such as any generator's: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function stage(regions: number, seed = 1, more: Partial<PlannedStage> = {}): PlannedStage {
  return stageWith({ regions: REGIONS.slice(0, regions).map(name => fakeRegion(name)), workload: WORKLOAD, random: randomOf(seed), ...more });
}

describe('parseDrills', () => {
  const namesOf = (text: string) => parseDrills(text).map(request => (
    request.kind === 'random' ? `random:${request.count}` : `${request.nemeses.map(({ name }) => name).join('+')}${request.isByName ? '' : '?'}`
  ));

  test('takes names, several at once, and a number of random ones', () => {
    expect(namesOf('freeze, partition+lag,random:3')).toEqual(['freeze', 'partition+lag', 'random:3']);
  });

  test('takes names for several, which nobody asked for by name', () => {
    expect(namesOf('default')).toEqual(['freeze?', 'evacuate?', 'partition?']);
    expect(namesOf('short')).toEqual(['freeze?']);
    expect(namesOf('all')).toEqual(NAMES.map(name => `${name}?`));
  });

  test.each([
    ['frezee', /^there is no drill "frezee", but freeze, evacuate, .*throttle; .*random:N; default, short, all$/],
    ['freeze+', /^there is no drill "", but/],
    ['toString', /^there is no drill "toString", but/],
    ['lag+freeze+lag', /^lag is named twice in lag\+freeze\+lag$/],
    ['random', /^random is to be random:N, for N from 1 to 100$/],
    ['random:0', /^random:0 is to be/],
    ['random:101', /^random:101 is to be/],
    ['random:-1', /^random:-1 is to be/],
    ['', /^no drill is named; there are freeze/],
    [' , ', /^no drill is named/],
  ])('refuses %j by one line', (text, message) => {
    expect(() => parseDrills(text)).toThrow(message);
    expect(() => parseDrills(text)).toThrow(/^[^\n]+$/);
  });
});

describe('planDrills', () => {
  const plan = (text: string, at: PlannedStage) => planDrills(parseDrills(text), at);

  test('gives the same plans for the same seed, and others for another', () => {
    const told = (seed: number) => JSON.stringify(plan('random:8', stage(3, seed)).plans.map(({ faults }) => faults.map(fault => ({ ...fault, nemesis: fault.nemesis.name }))));
    expect(told(7)).toBe(told(7));
    expect(told(7)).not.toBe(told(8));
  });

  test('draws drills of one to three nemeses at once, which leave a region that nothing takes away and hit nothing that is away', () => {
    const any = record({ seed: integer({ min: 0, max: 2 ** 32 - 1 }), regions: integer({ min: 1, max: 4 }), count: integer({ min: 1, max: 12 }) });
    assert(property(any, ({ seed, regions, count }) => {
      const { plans, skipped } = plan(`random:${count}`, stage(regions, seed));
      expect([plans.length, skipped]).toEqual([count, []]);
      for (const { name, faults } of plans) {
        expect([faults.length >= 1, faults.length <= 3, new Set(faults.map(({ nemesis }) => nemesis)).size]).toEqual([true, true, faults.length]);
        expect(name).toBe(faults.map(({ nemesis }) => nemesis.name).join('+'));
        const away = faults.filter(({ nemesis }) => nemesis.leaves).flatMap(({ targets }) => targets);
        expect(new Set(away).size).toBe(away.length);
        expect(away.length).toBeLessThan(regions);
        for (const { nemesis, targets, afterMs, forMs } of faults) {
          expect(targets).toHaveLength(1);
          expect(REGIONS.slice(0, regions)).toContain(targets[0]);
          if (!nemesis.leaves) expect(away).not.toContain(targets[0]);
          expect(nemesis.lacks?.(stage(regions))).toBeUndefined();
          expect([afterMs >= 1000, afterMs <= 5000, forMs >= 2000, forMs <= 10_000]).toEqual([true, true, true, true]);
        }
      }
    }));
  });

  test('draws every nemesis sooner or later, alone and with others, in every region', () => {
    const { plans } = plan('random:100', stage(3));
    expect(new Set(plans.map(({ faults }) => faults.length))).toEqual(new Set([1, 2, 3]));
    expect(new Set(plans.flatMap(({ faults }) => faults.map(({ nemesis }) => nemesis.name)))).toEqual(new Set(NAMES));
    expect(new Set(plans.flatMap(({ faults }) => faults.flatMap(({ targets }) => targets)))).toEqual(new Set(REGIONS.slice(0, 3)));
  });

  test('places what is to be there at once, or says that no region would be left', () => {
    assert(property(uniqueArray(constantFrom(...NAMES), { minLength: 1, maxLength: 6 }), integer({ min: 2, max: 4 }), (names, regions) => {
      const leaving = ALL_NEMESES.filter(({ name, leaves }) => leaves && names.includes(name)).length;
      const { plans, skipped } = plan(names.join('+'), stage(regions));
      if (leaving < regions) {
        expect(plans.map(({ faults }) => faults.map(({ nemesis }) => nemesis.name))).toEqual([names]);
        expect(new Set(plans[0].faults.map(({ afterMs }) => afterMs)).size).toBe(1);
      } else {
        expect([plans, skipped]).toEqual([[], [{ name: names.join('+'), reason: `it would take all ${regions} regions away at once`, isByName: true }]]);
      }
    }));
  });

  const without = (more: object) => ({ system: { ...SYSTEM, ...more } });
  test.each([
    ['freeze', 1, {}, 'the system has one region only'],
    ['kill', 1, {}, 'the system has one region only'],
    ['evacuate', 1, {}, 'the system has one region only'],
    ['partition', 1, {}, 'the system has one region only'],
    ['lag', 1, {}, 'the system has one region only'],
    ['evacuate', 2, without({ apis: [] }), 'the system has no API'],
    ['evacuate', 2, { route53: undefined }, 'the API has no domain, so that nobody is led elsewhere'],
    ['slow', 2, { route53: undefined }, 'the API has no domain, so that nobody is led elsewhere'],
    ['delete-function', 2, { route53: undefined }, 'the API has no domain, so that nobody is led elsewhere'],
    ['gray', 2, without({ tables: [] }), 'the system has no table'],
    ['deny', 2, without({ tables: [] }), 'the system has no table'],
    ['deny', 2, { workload: undefined }, 'there is no workload'],
    ['poison', 2, { workload: undefined }, 'there is no workload'],
    ['poison', 2, { workload: { ...WORKLOAD, poison: undefined } }, 'the workload has no poison'],
    ['poison', 2, without({ deadLetters: [] }), 'the system has no dead-letter queue'],
    ['replay', 2, without({ buses: [] }), 'no bus has an archive'],
    ['throttle', 2, without({ tables: [], buses: [], workflows: [] }), 'the system uses no service that could be throttled'],
    ['lag+replay', 2, without({ buses: [] }), 'no bus has an archive'],
  ])('leaves %s out in %s regions without what it needs', (name, regions, more, reason) => {
    const { plans, skipped } = plan(name, stage(regions, 1, more as Partial<PlannedStage>));
    expect([plans, skipped]).toEqual([[], [{ name, reason, isByName: true }]]);
    expect(skipped).toEqual([{ name, reason, isByName: true }]);
  });

  test('refuses nothing that nobody asked for by name', () => {
    const { plans, skipped } = plan('default', stage(2, 1, { route53: undefined }));
    expect(plans.map(({ name }) => name)).toEqual(['freeze', 'partition']);
    expect(skipped.map(({ name }) => name)).toEqual(['evacuate']);
    expect(skipped.filter(({ isByName }) => isByName)).toEqual([]);
  });

  test('has nothing to draw for a system without anything', () => {
    const nothing = { ...without({ apis: [], tables: [], buses: [], workflows: [], queues: [], deadLetters: [] }), workload: undefined };
    const { plans, skipped } = plan('random:2', stage(1, 1, nothing));
    expect([plans, skipped]).toEqual([[], [{ name: 'random:2', reason: 'the system has nothing that could fail', isByName: true }]]);
  });
});
