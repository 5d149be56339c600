import { command } from '../commands/command';

test.each([
  [['--max-per-second', '0'], 'Allowed: a whole number from 1 to 500.'],
  [['--max-per-second', '501'], 'Allowed: a whole number from 1 to 500.'],
  [['--wait', '-1'], 'Allowed: a number of seconds, at most 86400.'],
  [['one', 'two'], 'too many arguments'],
])('redrive ends with 2, and asks nothing, with %j', async (args, message) => {
  const { code, out, err } = await command('redrive', '--system', 'Orders', '--regions', 'us-west-2', ...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});
