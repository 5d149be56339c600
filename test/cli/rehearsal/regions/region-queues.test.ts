import { deadLetterQueues } from '../../../../cli/rehearsal/regions/region-queues';
import { SYSTEM } from '../drills/stage';

describe('deadLetterQueues', () => {
  test('are those of the library and those of the application\'s queues, each once', () => {
    const queues = ['Orders-DeadLetters', 'Orders-Own-DeadLetters', undefined].map(deadLetterQueue => ({ deadLetterQueue })) as unknown as typeof SYSTEM.queues;
    const found = deadLetterQueues({ deadLetters: SYSTEM.deadLetters, queues });
    expect(found.map(({ queue, redriveQueue }) => [queue, redriveQueue])).toEqual([
      ['Orders-DeadLetters', 'Orders-DeadLetters-redrive'], ['Orders-Own-DeadLetters', undefined],
    ]);
  });
});
