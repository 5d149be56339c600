import { Outcome } from '../../../cli/redrive/moves';
import { describeDeadLetters, describeFailure, describeOutcome, describeRest } from '../../../cli/redrive/redrive-text';

const SILENT = { problem: 'does not answer (no answer in time)', isSilent: true, isOfCredentials: false };
const VIEW = { queue: 'dead', destination: 'again', messages: 12, sampled: 10, reasons: [{ messages: 10, errorCode: 'NoKey' }], isMoving: false };
const MOVED: Outcome = { region: 'us-west-2', queue: 'dead', destination: 'again', messages: 2, isStarted: true, status: 'COMPLETED', moved: 2, waiting: 0, back: 0 };

test('what is there is said for each region, and how many of it were looked at', () => {
  expect(describeDeadLetters([
    { region: 'us-west-2', queues: { value: [VIEW, { ...VIEW, queue: 'other', messages: 0 }] } },
    { region: 'eu-west-1', queues: { value: [{ ...VIEW, messages: 0 }] } },
    { region: 'ap-southeast-2', queues: SILENT },
    { region: 'us-east-1', queues: { value: [{ ...VIEW, messages: 10, isMoving: true }] } },
  ])).toBe([
    'us-west-2: dead: 12 to again',
    '  10 NoKey',
    '  these are 10 that were looked at',
    'eu-west-1: no dead letters',
    'ap-southeast-2: does not answer (no answer in time)',
    'us-east-1: dead: 10 to again, a task moves them already',
    '  10 NoKey',
  ].join('\n'));
});

test.each<[Partial<Outcome>, string]>([
  [{}, '2 moved to again; none are back'],
  [{ back: 1 }, '2 moved to again; 1 are in the dead-letter queue again'],
  [{ waiting: 2 }, '2 moved to again; 2 still wait there, and may come back; none are back'],
  [{ isStarted: false }, '2 moved to again, by a task that was running already; none are back'],
  [{ status: 'RUNNING', moved: 1 }, '1 moved to again until now; it goes on'],
  [{ status: undefined }, 'SQS does not list the task yet'],
  [{ status: 'FAILED', failureReason: 'AccessDenied', moved: 0, back: 2 }, 'the task has ended as FAILED (AccessDenied); 0 moved to again; 2 are in the dead-letter queue again'],
  [{ problem: 'does not answer' }, 'does not answer'],
])('%j is said as "%s"', (more, text) => {
  expect(describeOutcome({ ...MOVED, ...more })).toBe(`us-west-2: dead: ${text}`);
});

test.each<[Partial<Outcome>, string | undefined, boolean]>([
  [{}, undefined, false],
  [{ back: 1 }, 'messages are in dead in us-west-2', false],
  [{ waiting: 2 }, undefined, true],
  [{ status: 'RUNNING', back: 2 }, undefined, true],
  [{ status: 'FAILED', back: 2 }, 'not all was moved from dead in us-west-2; messages are in dead in us-west-2', false],
  [{ status: undefined, problem: 'does not answer' }, 'not all was moved from dead in us-west-2', false],
])('%j fails with "%s"; may something happen later? %s', (more, failure, goesOn) => {
  const outcomes = [{ ...MOVED, ...more }];
  expect([describeFailure([], outcomes), describeRest(outcomes) !== undefined]).toEqual([failure, goesOn]);
});

test('a region that could not be asked is a failure, whatever the others say', () => {
  expect(describeFailure([{ region: 'ap-southeast-2', queues: SILENT }], [MOVED])).toBe('nothing is known of ap-southeast-2');
});
