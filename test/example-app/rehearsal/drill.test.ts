import { Denials } from '../../../cli/rehearsal/regions/permissions';
import { DeployedRegion } from '../../../example-app/rehearsal/deployed-region';
import { bearableMs, Drill, expectDenials, Stage } from '../../../example-app/rehearsal/drill';
import { DrillsSideBySide } from '../../../example-app/rehearsal/drills-side-by-side';

const REGION = 'us-west-2';

function denied(times: Record<string, number>): Denials {
  return new Map([[REGION, new Map(Object.entries(times))]]);
}

describe('expectDenials', () => {
  let stage: Stage;
  beforeEach(() => { stage = { expectedDenials: [] as Denials[] } as Stage; });

  async function expectThem(now: Denials): Promise<string> {
    const region = { name: REGION, denials: async () => now } as DeployedRegion;
    return expectDenials(stage, region, denied({ 'Notify may not Scan': 1 }), ['GetOrder', 'GetItem']);
  }

  test('are no longer held against the app, as often as they came', async () => {
    expect(await expectThem(denied({ 'Notify may not Scan': 1, 'GetOrder may not GetItem': 2 }))).toBe('GetOrder may not GetItem (2 times)');
    expect(stage.expectedDenials).toEqual([denied({ 'GetOrder may not GetItem': 2 })]);
  });

  test.each([
    ['anything else was denied', { 'Notify may not Scan': 2, 'GetOrder may not GetItem': 2 }, 'Notify may not Scan (1 times)'],
    ['another action was denied', { 'GetOrder may not Query': 1 }, 'GetOrder may not Query (1 times)'],
    ['nothing was denied', { 'Notify may not Scan': 1 }, 'nothing was denied'],
  ])('throw if %s', async (_, times, message) => {
    await expect(expectThem(denied(times))).rejects.toThrow(message);
    expect(stage.expectedDenials).toEqual([]);
  });
});

describe('bearableMs', () => {
  test('is a quarter of how late a heartbeat may be at the scale', () => {
    expect([bearableMs({ timeScale: 1 }), bearableMs({ timeScale: 10 })]).toEqual([15_000, 1500]);
  });
});

describe('DrillsSideBySide', () => {
  const drill = (...titles: string[]): Drill => ({ steps: () => titles.map(title => ({ title })) });

  test('are parts of one step', () => {
    const [step, ...others] = new DrillsSideBySide('Both', [drill('a'), drill('b')]).steps({} as Stage);
    expect([step.title, step.sideBySide, step.parts!().map(({ title }) => title), others]).toEqual(['Both', true, ['a', 'b'], []]);
  });

  test('are a step of their own if there is only one', () => {
    expect(new DrillsSideBySide('Both', [drill('a'), drill()]).steps({} as Stage)).toEqual([{ title: 'a' }]);
  });
});
