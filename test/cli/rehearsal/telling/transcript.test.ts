import pc from 'picocolors';
import { TooSlow } from '../../../../cli/rehearsal/lag/too-slow';
import { Transcript, expectEqual } from '../../../../cli/rehearsal/telling/transcript';

const plain = pc.createColors(false);
const colored = pc.createColors(true);

describe('Transcript', () => {
  test('tells sections in order, each with its notes and checks', async () => {
    const transcript = new Transcript();
    const first = transcript.section('First');
    const second = transcript.section('Second');
    await second.check('two is two', () => 'seen');
    first.note('a note');
    await first.check('one is two', () => { throw new Error('it is one'); });

    expect(transcript.render(plain)).toBe([
      'First', '  a note', '  ✖ one is two: it is one', '',
      'Second', '  ✔ two is two: seen', '',
    ].join('\n'));
  });

  test('tells trouble alone, if that is wanted', async () => {
    const transcript = new Transcript();
    const [first, second, third] = ['First', 'Second', 'Third'].map(title => transcript.section(title));
    await first.check('two is two', () => 'seen');
    second.note('a note');
    await second.check('two is two', () => 'seen');
    await second.check('one is two', () => { throw new Error('it is one'); });
    await third.check('one is slow', () => { throw new TooSlow('3 s'); });
    expect(transcript.renderTrouble(plain)).toBe([
      'Second', '  ✖ one is two: it is one', '',
      'Third', '  ? one is slow: the machine was too slow to tell: 3 s', '',
    ].join('\n'));
    expect(new Transcript().renderTrouble(plain)).toBe('');
  });

  test('leaves out sections that nothing came to be told in', () => {
    const transcript = new Transcript();
    transcript.section('Nothing').render(plain);
    expect(transcript.render(plain)).toBe('');
  });

  test('counts every check, in a line without color', async () => {
    const transcript = new Transcript();
    await transcript.section('A').check('holds', () => undefined);
    await transcript.section('B').check('holds too', async () => 'seen');
    await transcript.section('B').check('does not', async () => { throw new Error('no'); });
    transcript.section('C').failure('nor does this', 'no');

    expect(transcript.countLine()).toBe('2 passed, 2 failed');
  });

  test('counts what a slow machine could not tell for itself, neither as passed nor as failed', async () => {
    const transcript = new Transcript();
    const section = transcript.section('A');
    await section.check('holds', () => undefined);
    await section.check('is in time', () => { throw new TooSlow('it came 9 s late'); });

    expect([transcript.passed, transcript.failed, transcript.tooSlow, section.failed]).toEqual([1, 0, 1, 0]);
    expect(transcript.countLine()).toBe('1 passed, 0 failed, 1 could not be judged');
    expect(transcript.render(plain)).toContain('  ? is in time: the machine was too slow to tell: it came 9 s late');
    expect(transcript.render(colored)).toContain('\u001b[33m? is in time');
  });

  test('counts a check that was begun and never ended as failed', () => {
    const transcript = new Transcript();
    void transcript.section('A').check('hangs', async () => new Promise(() => {}));
    expect(transcript.countLine()).toBe('0 passed, 1 failed');
    expect(transcript.render(plain)).toContain('✖ hangs: not finished');
  });

  test('keeps checks that run side by side in the order in which they began', async () => {
    const section = new Transcript().section('A');
    let release = () => {};
    const slow = section.check('slow', async () => new Promise<void>(resolve => { release = resolve; }));
    await section.check('quick', () => undefined);
    release();
    await slow;
    expect(section.render(plain)).toMatch(/slow[^]*quick/);
  });

  test('is colored on request', async () => {
    const section = new Transcript().section('A');
    await section.check('fails', () => { throw new Error('why'); });
    expect(section.render(colored)).toContain('\u001b[31m✖ fails');
  });
});

describe('expectEqual', () => {
  test('accepts equal structures', () => {
    expect(() => expectEqual('list', [1, { a: 2 }], [1, { a: 2 }])).not.toThrow();
  });

  test('says what, what was expected and what came', () => {
    expect(() => expectEqual('status', 500, 200)).toThrow('status: expected 200, got 500');
  });
});
