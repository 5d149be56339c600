import { isSafe } from '../../../cli/follow/followed-id';
import { linesOfRequests, linesThatHold } from '../../../cli/follow/query';
import { executionName } from '../../../src/replicated-workflow/idempotency-key.lambda';

const ASKED = { moreFields: [], limit: 1000 };

/** Whether a query finds a line, by its regular expression. */
function finds(id: string, line: string): boolean {
  const [, pattern] = /like \/(.*)\/ \| sort/.exec(linesThatHold(id, ASKED))!;
  return new RegExp(pattern).test(line);
}

describe('the id', () => {
  test.each(['o-1', '7f1c9a52-0b1e-4c1e-9d55-f00000000000', '1-67f0-abc', 'customer@example.com', 'order:1', 'a.b+c=d', 'x'.repeat(128)])('may be %s', id => {
    expect(isSafe(id)).toBe(true);
  });

  test.each(['', 'o-1" or level = "INFO', 'o/1', '/ | limit 1', 'o 1', 'o\n1', '`x`', '(a|b)', 'ö', '#', 'x'.repeat(129)])('may not be %j, which could end what it is written into', id => {
    expect(isSafe(id)).toBe(false);
  });
});

describe('the query for lines that hold an id', () => {
  test.each([
    ['o-1', '{"order_id":"o-1","message":"taken"}'],
    ['o-1', '{"message":"took order#o-1."}'],
    ['o-1', '{"execution_arn":"arn:aws:states:us-west-2:1:execution:Orders-Fulfilment:o-1"}'],
    ['a.b', '{"correlation_id":"a.b"}'],
    ['17', '{"order_id":"17"}'],
    ['17', '{"execution":"number-17"}'],
    // Step Functions takes no colon for a name
    ['order:1', `{"execution":"${executionName('order:1')}"}`],
  ])('finds %s in %s', (id, line) => {
    expect(finds(id, line)).toBe(true);
  });

  test.each([
    ['o-1', '{"order_id":"o-10"}'],
    ['o-1', '{"order_id":"foo-1"}'],
    ['o-1', '{"order_id":"o-1-2"}'],
    ['a.b', '{"correlation_id":"acb"}'],
    ['17', '{"latencyMs":17}'],
  ])('does not find %s in %s', (id, line) => {
    expect(finds(id, line)).toBe(false);
  });

  test('asks for no payload, and for fields of the application that are named', () => {
    const query = linesThatHold('o-1', { moreFields: ['status', 'reason'], limit: 7 });
    expect(query).toMatch(/^fields @timestamp, .*, reason \| filter @message like .* \| sort @timestamp asc \| limit 7$/);
    expect(query).not.toMatch(/fields [^|]*(@message|details\.input|details\.output)/);
    // one that is asked for already is asked for once
    expect(query.match(/\bstatus\b/g)).toHaveLength(1);
  });
});

test('the query for lines of requests asks by what is known of them', () => {
  const condition = (correlationIds: string[], traceIds: string[]) => /filter (.*) \| sort/.exec(linesOfRequests({ correlationIds, traceIds }, ASKED))![1];
  expect(condition(['a', 'b'], ['1-x'])).toBe('correlation_id in ["a", "b"] or traceId in ["1-x"]');
  expect(condition([], ['1-x'])).toBe('traceId in ["1-x"]');
});
