import { askedQueues, deadLetterQueuesIn } from '../../../cli/redrive/dead-letter-queues';
import { SystemDescription } from '../../../cli/system/system-description';

const SYSTEM = {
  name: 'Orders',
  regions: ['ap-southeast-2', 'us-west-2'],
  deadLetters: [{ queue: 'Orders-DeadLetters', redriveQueue: 'Orders-DeadLetters-redrive' }],
  queues: [{ name: 'Orders-Mails', deadLetterQueue: 'Orders-Mails-poison' }, { name: 'Orders-Odd', deadLetterQueue: 'Orders-DeadLetters' }],
  workflows: [
    { ownership: 'ORIGIN_REGION', trigger: { queue: 'Orders-Ship-events', deadLetterQueue: 'Orders-Ship-unstarted' } },
    { ownership: 'PRIMARY_REGION', trigger: { queue: 'Orders-Bill-events', deadLetterQueue: 'Orders-Bill-unstarted' } },
    { ownership: 'EVERY_REGION' },
  ],
} as unknown as SystemDescription;

const asked = (queue?: string, description: SystemDescription | undefined = SYSTEM) => askedQueues({ name: 'Orders', regions: SYSTEM.regions, controlTable: '', stacks: [], appStacks: [], description }, queue);
const names = (queue?: string) => [...asked(queue)].map(([region, queues]) => [region, queues.map(found => found.queue)]);

test('each dead-letter queue is known once, with the queue that its messages are tried again from, where it is', () => {
  const everywhere = [
    { queue: 'Orders-DeadLetters', destination: 'Orders-DeadLetters-redrive' },
    { queue: 'Orders-Ship-unstarted', destination: 'Orders-Ship-events' },
    { queue: 'Orders-Mails-poison', destination: 'Orders-Mails' },
  ];
  expect(deadLetterQueuesIn('us-west-2', SYSTEM)).toEqual(everywhere);
  expect(deadLetterQueuesIn('ap-southeast-2', SYSTEM)).toEqual([...everywhere.slice(0, 2), { queue: 'Orders-Bill-unstarted', destination: 'Orders-Bill-events' }, everywhere[2]]);
});

test('a queue is asked for by its own name, or by that of the queue that it belongs to', () => {
  expect(names('Orders-Mails')).toEqual([['ap-southeast-2', ['Orders-Mails-poison']], ['us-west-2', ['Orders-Mails-poison']]]);
  expect(names('Orders-Mails-poison')).toEqual(names('Orders-Mails'));
  expect(names('Orders-Bill-events')).toEqual([['ap-southeast-2', ['Orders-Bill-unstarted']], ['us-west-2', []]]);
});

test('without an assembly, the library\'s own are known by the name of the system', () => {
  const found = askedQueues({ name: 'Prod-Orders', regions: ['us-west-2'], controlTable: '', stacks: [], appStacks: [] });
  expect([...found]).toEqual([['us-west-2', [{ queue: 'Prod-Orders-DeadLetters', destination: 'Prod-Orders-DeadLetters-redrive' }]]]);
  expect(() => askedQueues({ name: 'Orders', regions: ['us-west-2'], controlTable: '', stacks: [], appStacks: [] }, 'Orders-Mails')).toThrow(
    'Orders-Mails is not a dead-letter queue of Orders, whose are Orders-DeadLetters; name the assembly by --assembly to reach the others');
});

test('a name that is no queue\'s is told with those that are', () => {
  expect(() => asked('Mails')).toThrow(
    'Mails is not a dead-letter queue of Orders, whose are Orders-DeadLetters, Orders-Ship-unstarted, Orders-Bill-unstarted, Orders-Mails-poison');
  expect(() => asked(undefined, { ...SYSTEM, deadLetters: [], queues: [], workflows: [] })).toThrow('Orders has no dead-letter queue');
});
