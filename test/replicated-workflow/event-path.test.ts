import { KEY_PATH } from '../../src/replicated-workflow/event-path';

describe('KEY_PATH', () => {
  test.each(['$.detail', '$.detail.orderId', '$.detail.order-id', '$.detail._x.y1'])('accepts %s', path => expect(path).toMatch(KEY_PATH));
  test.each(['', '$', '$.', 'detail.orderId', '$.detail[0]', '$..orderId', '$.detail.*', '$.detail.order id', '$.1a'])('refuses %p', path => expect(path).not.toMatch(KEY_PATH));
});
