import { tableOf } from './drill/table';

test('a table has a line for each step, and no counts where there were no customers', () => {
  expect(tableOf([
    { step: 'First', seconds: 1.23 },
    { step: 'Then', seconds: 45, requests: 100, failed: 2, orders: 30, lost: 0, doubled: 1 },
  ])).toBe([
    '| step  | seconds | requests | failed | orders | lost | doubled |',
    '| ----- | ------: | -------: | -----: | -----: | ---: | ------: |',
    '| First |     1.2 |          |        |        |      |         |',
    '| Then  |    45.0 |      100 |      2 |     30 |    0 |       1 |',
  ].join('\n'));
});
