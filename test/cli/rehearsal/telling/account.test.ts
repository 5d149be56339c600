import pc from 'picocolors';
import { TooSlow } from '../../../../cli/rehearsal/lag/too-slow';
import { Account, expectEqual } from '../../../../cli/rehearsal/telling/account';

const plain = pc.createColors(false);
const colored = pc.createColors(true);

describe('Account', () => {
  test('tells sections in order, each with its notes and checks', async () => {
    const account = new Account();
    const first = account.section('First');
    const second = account.section('Second');
    await second.check('two is two', () => 'seen');
    first.note('a note');
    await first.check('one is two', () => { throw new Error('it is one'); });

    expect(account.render(plain)).toBe([
      'First', '  a note', '  ✖ one is two: it is one', '',
      'Second', '  ✔ two is two: seen', '',
    ].join('\n'));
  });

  test('tells trouble alone, if that is wanted', async () => {
    const account = new Account();
    const [first, second, third] = ['First', 'Second', 'Third'].map(title => account.section(title));
    await first.check('two is two', () => 'seen');
    second.note('a note');
    await second.check('two is two', () => 'seen');
    await second.check('one is two', () => { throw new Error('it is one'); });
    await third.check('one is slow', () => { throw new TooSlow('3 s'); });
    expect(account.renderTrouble(plain)).toBe([
      'Second', '  ✖ one is two: it is one', '',
      'Third', '  ? one is slow: the machine was too slow to tell: 3 s', '',
    ].join('\n'));
    expect(new Account().renderTrouble(plain)).toBe('');
  });

  test('leaves out sections that nothing came to be told in', () => {
    const account = new Account();
    account.section('Nothing').render(plain);
    expect(account.render(plain)).toBe('');
  });

  test('counts every check, in a line without color', async () => {
    const account = new Account();
    await account.section('A').check('holds', () => undefined);
    await account.section('B').check('holds too', async () => 'seen');
    await account.section('B').check('does not', async () => { throw new Error('no'); });
    account.section('C').failure('nor does this', 'no');

    expect(account.countLine()).toBe('2 passed, 2 failed');
  });

  test('counts what a slow machine could not tell for itself, neither as passed nor as failed', async () => {
    const account = new Account();
    const section = account.section('A');
    await section.check('holds', () => undefined);
    await section.check('is in time', () => { throw new TooSlow('it came 9 s late'); });

    expect([account.passed, account.failed, account.tooSlow, section.failed]).toEqual([1, 0, 1, 0]);
    expect(account.countLine()).toBe('1 passed, 0 failed, 1 could not be judged');
    expect(account.render(plain)).toContain('  ? is in time: the machine was too slow to tell: it came 9 s late');
    expect(account.render(colored)).toContain('\u001b[33m? is in time');
  });

  test('counts a check that was begun and never ended as failed', () => {
    const account = new Account();
    void account.section('A').check('hangs', async () => new Promise(() => {}));
    expect(account.countLine()).toBe('0 passed, 1 failed');
    expect(account.render(plain)).toContain('✖ hangs: not finished');
  });

  test('keeps checks that run side by side in the order in which they began', async () => {
    const section = new Account().section('A');
    let release = () => {};
    const slow = section.check('slow', async () => new Promise<void>(resolve => { release = resolve; }));
    await section.check('quick', () => undefined);
    release();
    await slow;
    expect(section.render(plain)).toMatch(/slow[^]*quick/);
  });

  test('is colored on request', async () => {
    const section = new Account().section('A');
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
