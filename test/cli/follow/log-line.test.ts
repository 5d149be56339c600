import { describeLines, inOrder, lineOf } from '../../../cli/follow/log-line';

const OF_FUNCTION = {
  '@timestamp': '2026-11-22 10:00:00.100',
  '@log': '111122223333:Orders-us-west-2-PlaceLogs',
  'timestamp': '2026-11-22T10:00:00.090Z',
  'level': 'INFO',
  'region': 'us-west-2',
  'service': 'Orders-Place',
  'message': 'order taken',
  'correlation_id': 'c-1',
  'xray_trace_id': '1-a',
  'status': 'NEW',
};

describe('a line', () => {
  test('of a function says what its handler wrote, with the fields that were asked for', () => {
    expect(lineOf(OF_FUNCTION, 'us-west-2', ['status', 'reason'])).toEqual({
      timestamp: '2026-11-22T10:00:00.090Z', region: 'us-west-2', service: 'Orders-Place', message: 'order taken', level: 'INFO', correlationId: 'c-1', traceId: '1-a', fields: { status: 'NEW' },
    });
  });

  test('of a function that failed says how', () => {
    expect(lineOf({ ...OF_FUNCTION, 'level': 'ERROR', 'message': 'not stored', 'error.name': 'TimeoutError', 'error.message': 'too late' }, 'us-west-2', []).message).toBe('not stored: TimeoutError: too late');
  });

  test('of API Gateway says which request had which answer', () => {
    const row = { '@timestamp': '2026-11-22 10:00:00.100', 'requestId': 'r-1', 'region': 'us-west-2', 'traceId': '1-a', 'method': 'POST', 'path': '/orders', 'status': '201' };
    expect(lineOf(row, 'us-west-2', [])).toMatchObject({ timestamp: '2026-11-22T10:00:00.100Z', service: 'API Gateway', message: 'POST /orders 201', correlationId: 'r-1', traceId: '1-a' });
  });

  test('of Step Functions, which names no region, is of the region whose log it is in', () => {
    const row = { '@timestamp': '2026-11-22 10:00:00.100', 'type': 'TaskStateEntered', 'details.name': 'Charge', 'execution_arn': 'arn:aws:states:us-west-2:111122223333:execution:Orders-Fulfilment:o-1' };
    expect(lineOf(row, 'us-west-2', [])).toMatchObject({ region: 'us-west-2', service: 'Orders-Fulfilment', message: 'TaskStateEntered Charge' });
  });

  test('of another form is shown by its log, and not by what it holds', () => {
    expect(lineOf({ '@timestamp': '2026-11-22 10:00:00.100', '@log': '111122223333:Orders-us-west-2-Logs' }, 'us-west-2', [])).toMatchObject({
      service: 'Orders-us-west-2-Logs', message: '(a line that says no more than the id)',
    });
  });

  test('whose time is none has that of CloudWatch', () => {
    expect(lineOf({ ...OF_FUNCTION, timestamp: 'soon' }, 'us-west-2', []).timestamp).toBe('2026-11-22T10:00:00.100Z');
  });
});

test('lines are in the order of time, whichever region they are of, and in columns', () => {
  const taken = lineOf(OF_FUNCTION, 'us-west-2', ['status']);
  const indexed = { ...taken, timestamp: '2026-11-22T10:00:00.050Z', region: 'ap-southeast-2', service: 'Orders-Index', message: 'indexed', level: 'WARN', fields: {}, correlationId: undefined };
  expect(describeLines(inOrder([taken, indexed]))).toBe([
    '2026-11-22T10:00:00.050Z  ap-southeast-2  Orders-Index  WARN indexed\n',
    '2026-11-22T10:00:00.090Z  us-west-2       Orders-Place  order taken  status=NEW  [c-1]\n',
  ].join(''));
  expect(describeLines([])).toBe('');
});
