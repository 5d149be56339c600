import { REGIONS, stageWith, SYSTEM } from './stage';
import { helperOf } from '../../../../cli/rehearsal/drills/targets';

describe('helperOf', () => {
  test('is a region that no fault of the drill takes away, or there is none', () => {
    const away = new Set([REGIONS[0]]);
    const system = { ...SYSTEM, regions: REGIONS.slice(0, 3) };
    expect(helperOf(stageWith({ system, away }), [REGIONS[1]]).name).toBe(REGIONS[2]);
    expect(() => helperOf(stageWith({ away }), [REGIONS[1]])).toThrow(`no region is left that could do anything for ${REGIONS[1]}`);
  });
});
