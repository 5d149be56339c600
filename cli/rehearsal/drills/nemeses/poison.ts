import { Message } from '@aws-sdk/client-sqs';
import { DeadLetter } from '../../regions/region-queues';
import { RunningRegion } from '../../regions/running-region';
import { expectEqual } from '../../telling/transcript';
import { Operation } from '../../workload/workload';
import { anyOf, NO_DEAD_LETTERS, NO_POISON } from '../lacks';
import { Nemesis } from '../nemesis';
import { Stage } from '../stage';
import { oneRegion, othersThan, regionsNamed } from '../targets';
import { withUndo } from '../undo';
import { until } from '../until';

/** Until all tries of an event are used up, whose pauses are not scaled. */
const DEAD_LETTER_MS = 120_000;
/** For what comes before a queue, and for its last try. */
const BEFORE_AND_AFTER_SECONDS = 60;
const ANSWER_MS = 20_000;

/** The nemesis of an event that its consumer cannot handle: it must be kept, reported, and handled once the cause is fixed. */
export const POISON: Nemesis = {
  name: 'poison',
  summary: 'an event comes that its consumer cannot handle: it is a dead letter, and is handled after a cure and a redrive',
  leaves: false,
  mayFail: () => false,
  mayDouble: false,
  redrives: 'all',
  lacks: anyOf(NO_POISON, NO_DEAD_LETTERS),
  targets: oneRegion,
  inject: async (stage, targets) => {
    const { poison } = stage.workload!;
    return withUndo(async undo => {
      for (const region of regionsNamed(stage, targets)) {
        undo(async () => sendUntilTaken(stage, region, poison!.cure(customerOf(stage, region))));
        if (poison!.prepare) await sendUntilTaken(stage, region, poison!.prepare(customerOf(stage, region)));
        await sendUntilTaken(stage, region, poison!.operation(customerOf(stage, region)));
      }
    });
  },
  whileThere: async (stage, targets) => {
    let isEverywhere = false;
    for (const region of regionsNamed(stage, targets)) {
      await stage.section.check(`the event that cannot be handled is a dead letter in ${region.name}`, async () => {
        const letter = await deadLetterIn(stage, region);
        isEverywhere ||= isTakenEverywhere(stage, letter);
        return errorOf(letter);
      });
    }
    const others = othersThan(stage, targets).filter(({ isStopped }) => !isStopped);
    if (isEverywhere) {
      // a cure that comes before a region has tried the event would leave nothing to redrive there
      await stage.section.check('every other region, which takes the event too, has a dead letter of its own', async () => {
        await Promise.all(others.map(async region => deadLetterIn(stage, region)));
      });
    } else {
      await stage.section.check('no other region has a dead letter of it', async () => {
        const keys = regionsNamed(stage, targets).map(region => stage.workload!.poison!.operation(customerOf(stage, region)).key);
        const letters = await Promise.all(others.map(async region => region.deadLetters()));
        expectEqual('dead letters', letters.flat().map(({ Body = '' }) => Body).filter(body => keys.some(key => body.includes(key))), []);
      });
    }
  },
};

async function deadLetterIn(stage: Stage, region: RunningRegion): Promise<DeadLetter> {
  return until(stage, { what: `the dead letter in ${region.name}`, withinMs: deadLetterMs(stage), pollMs: 250 }, async () => (await region.deadLetters())[0]);
}

/**
 * Returns whether the consumer that could not handle an event gets it in every region: the one whose queue gave it up, or the function that Lambda's
 * record names.
 */
function isTakenEverywhere({ system: { buses, queues } }: Stage, { queue, Body = '' }: DeadLetter): boolean {
  const gaveUp = queues.find(({ deadLetterQueue }) => deadLetterQueue === queue)?.name;
  return buses.flatMap(({ subscriptions }) => subscriptions).some(({ target, everyRegion }) => (
    everyRegion && target !== '' && (target === gaveUp || new RegExp(`:function:${target}[:"]`).test(Body))
  ));
}

/** Returns the time until a message is a dead letter: a queue tries longer than EventBridge and Lambda do, if its visibility timeout says so. */
function deadLetterMs({ system: { queues } }: Stage): number {
  return Math.max(DEAD_LETTER_MS, ...queues.map(({ triedForSeconds }) => (triedForSeconds + BEFORE_AND_AFTER_SECONDS) * 1000));
}

/** Each drill has a customer of its own, so that its event is a new one. A drill is known by its section. */
const numbers = new WeakMap<Stage['section'], number>();
let count = 0;

function customerOf({ runId, section }: Stage, { name }: RunningRegion): string {
  const number = numbers.get(section) ?? count++;
  numbers.set(section, number);
  return `${runId}-poisoned-${number}-${name}`;
}

/** Other faults may be there at the same time. */
async function sendUntilTaken(stage: Stage, region: RunningRegion, operation: Operation): Promise<void> {
  await until(stage, { what: `a good answer to ${operation.kind} in ${region.name}`, withinMs: ANSWER_MS, pollMs: 500 }, async () => (
    (await stage.sendTo!(region.name, operation, customerOf(stage, region))).type === 'ok' ? true : undefined
  ));
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
interface LambdaRecord {
  readonly responsePayload?: { readonly errorType?: string };
  readonly requestContext?: { readonly condition?: string };
}

/**
 * Returns the error that a dead letter names: an attribute that EventBridge adds, or the record that Lambda sends.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function errorOf({ Body = '', MessageAttributes }: Message): string {
  const code = MessageAttributes?.ERROR_CODE?.StringValue;
  if (code !== undefined) return code;
  try {
    const { responsePayload, requestContext } = JSON.parse(Body) as LambdaRecord;
    return [responsePayload?.errorType, requestContext?.condition].filter(Boolean).join(', ');
  } catch {
    return '';
  }
}
