import { bearableMs, beyondPatience, visibleLag } from '../../../../cli/rehearsal/drills/timing';

describe('timing', () => {
  test('is a quarter of how late a heartbeat may be at the scale', () => {
    expect([bearableMs({ timeScale: 1 }), bearableMs({ timeScale: 10 })]).toEqual([15_000, 1500]);
  });

  test.each([1, 2, 5, 10, 20])('has a lag that customers see and heartbeats bear, and an answer too late for health checks only, at 1:%s', timeScale => {
    expect(visibleLag({ timeScale })).toBeGreaterThanOrEqual(1);
    expect(visibleLag({ timeScale }) * 1000).toBeLessThanOrEqual(60_000 / timeScale / 2);
    expect(beyondPatience({ timeScale })).toBeGreaterThan(2 / timeScale);
    expect(beyondPatience({ timeScale })).toBeLessThan(5);
  });
});
