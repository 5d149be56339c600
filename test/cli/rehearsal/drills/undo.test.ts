import { withUndo } from '../../../../cli/rehearsal/drills/undo';

let done: string[];
beforeEach(() => { done = []; });

const steps = (failing: { act?: string; undo?: string } = {}) => withUndo(async undo => {
  for (const name of ['a', 'b', 'c']) {
    undo(async () => {
      done.push(`undo ${name}`);
      if (failing.undo === name) throw new Error(`${name} stays`);
    });
    done.push(name);
    if (failing.act === name) throw new Error(`no ${name}`);
  }
});

describe('withUndo', () => {
  test('takes all steps back, the last one first, once however often it is asked', async () => {
    const takeBack = await steps();
    await Promise.all([takeBack(), takeBack()]);
    await takeBack();
    expect(done).toEqual(['a', 'b', 'c', 'undo c', 'undo b', 'undo a']);
  });

  test('takes back what was done until a step fails, and that step, which may have happened', async () => {
    await expect(steps({ act: 'b' })).rejects.toThrow('no b');
    expect(done).toEqual(['a', 'b', 'undo b', 'undo a']);
  });

  test('takes back the others although one stays, and says which', async () => {
    await expect((await steps({ undo: 'b' }))()).rejects.toThrow('b stays');
    expect(done.slice(3)).toEqual(['undo c', 'undo b', 'undo a']);
  });

  test('tells of the step that failed, not of what stays', async () => {
    await expect(steps({ act: 'b', undo: 'a' })).rejects.toThrow('no b');
  });
});
