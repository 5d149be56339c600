import { checker } from './checker';
import { Checker } from '../workload';

/** Claims that no message is left in a dead-letter queue: everything that was published was handled. */
export function noDeadLetters(): Checker {
  return checker('no dead-letter queue holds anything', ({ regions, deadLetters }) => {
    const unread = regions.filter(region => !deadLetters[region]);
    const left = Object.entries(deadLetters).flatMap(([region, bodies]) => bodies.map(body => `${region}: ${body}`));
    return {
      valid: left.length === 0 && unread.length === 0,
      summary: unread.length > 0 ? `the queues of ${unread.join(', ')} were not read` : `${left.length} messages`,
      details: left,
    };
  });
}
