import { setTimeout as sleep } from 'timers/promises';
import { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { bounded, clientSettings } from './clients';

/** The number of entries that EventBridge takes in one request. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;
/** The number of times that an entry is tried that EventBridge refuses for the moment, and the first pause between tries. */
const TRIES = 4;
const FIRST_PAUSE_MS = 50;
const FOR_THE_MOMENT = ['ThrottlingException', 'InternalFailure', 'InternalException'];

const eventBridge = bounded(new EventBridgeClient(clientSettings));

export interface OrderEvent {
  readonly detailType: string;
  readonly detail: object;
}

/** The event can never be published, however often it is tried. */
export class EventTooLarge extends Error {}

/**
 * Publishes events, or throws. EventBridge answers for each entry on its own: those that it refuses for the moment are sent again, and those only.
 *
 * Throws when the signal is aborted, also while it waits for an answer. Throws `EventTooLarge`, before anything is sent, if an event is larger than EventBridge takes. If it throws later, for instance because there is no such bus, some of the events may
 * have been published: publish all again, and let consumers recognise duplicates.
 */
export async function publish(events: OrderEvent[], signal?: AbortSignal): Promise<void> {
  const batches = inBatches(events.map(entryOf));
  for (const batch of batches) {
    await send(batch, signal);
  }
}

function entryOf({ detailType, detail }: OrderEvent): PutEventsRequestEntry {
  return { EventBusName: process.env.BUS_NAME, Source: 'orders', DetailType: detailType, Detail: JSON.stringify(detail) };
}

function inBatches(entries: PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const batches: PutEventsRequestEntry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const size = sizeOf(entry);
    if (size > MAX_BYTES) {
      throw new EventTooLarge(`the event ${entry.DetailType} has ${size} bytes; EventBridge takes at most ${MAX_BYTES}`);
    }
    if (bytes + size > MAX_BYTES || batches.at(-1)!.length === MAX_ENTRIES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(entry);
    bytes += size;
  }
  return batches;
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function sizeOf({ Source, DetailType, Detail }: PutEventsRequestEntry): number {
  return [Source, DetailType, Detail].reduce((sum, text) => sum + Buffer.byteLength(text!), 0);
}

async function send(batch: PutEventsRequestEntry[], signal?: AbortSignal): Promise<void> {
  let left = batch;
  for (let tried = 1; ; tried++) {
    const { Entries = [] } = await eventBridge.send(new PutEventsCommand({ Entries: left }), { abortSignal: signal });
    const refused = left.map((entry, i) => ({ entry, code: Entries[i]?.ErrorCode })).filter(({ code }) => code);
    if (refused.length === 0) return;
    const forGood = refused.find(({ code }) => !FOR_THE_MOMENT.includes(code!));
    if (forGood || tried === TRIES) {
      throw new Error(`${refused.length} of ${batch.length} events were refused: ${(forGood ?? refused[0]).code}`);
    }
    left = refused.map(({ entry }) => entry);
    await sleep(FIRST_PAUSE_MS * 2 ** (tried - 1), undefined, { signal });
  }
}
