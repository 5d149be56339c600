import { unmarshall } from '@aws-sdk/util-dynamodb';
import { exactNumber } from './exact-number';
import { Unstartable } from './start-errors';
import { TABLE_RECORD } from './table-record';

/** An event that may start a workflow, from a bus or made of a table's record. */
export interface ArrivedEvent {
  readonly event: any;
  /** The event as the workflow's input. */
  readonly input: string;
  /** Indicates whether it is of an item that somebody copied, rather than wrote: it starts nothing. */
  readonly isCopy: boolean;
}

/**
 * An item that was written so long before it was inserted is a copy, as of a table that is restored or imported. Whether the items that a new replica begins with are in its stream is not documented: a region
 * that joins must not start the workflows of all orders there ever were, of which the ledger may know nothing any more. Writes that a region sends after an outage are younger.
 */
const COPY_AGE_MS = 14 * 24 * 60 * 60 * 1000;

/** A time with its zone: without one, it would be another time elsewhere. */
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads a message of the region's queue. An event stays as it was delivered, to the letter; a record becomes the event that EventBridge would deliver. Throws `Unstartable` if it is neither. */
export function arrivedEvent(body: string, account: string): ArrivedEvent {
  const message = parse(body);
  if (!isRecordMessage(message)) return { event: message, input: body, isCopy: false };
  const record = message[TABLE_RECORD];
  const event = eventOf(record, account);
  return { event, input: JSON.stringify(event), isCopy: insertedAt(record) - Date.parse(event.time) > COPY_AGE_MS };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // the parser's own message quotes the text
    throw new Unstartable('MALFORMED_EVENT', 'the event is not JSON');
  }
}

function isRecordMessage(message: unknown): message is { [TABLE_RECORD]: unknown } {
  return isObject(message) && Object.keys(message).join() === TABLE_RECORD;
}

/** Returns the fields of an event, see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
function eventOf(record: unknown, account: string) {
  if (!isObject(record)) throw malformed('the record is no object');
  const { id, source, detailType, timeAttribute, regionAttribute, dynamodb } = record;
  if (!isObject(dynamodb) || !isObject(dynamodb.NewImage)) throw malformed('the record has no new image: the stream of the table must have new and old images');
  const detail = plain(dynamodb.NewImage);
  return {
    'version': '0',
    'id': text(id, 'the id of the record'),
    'detail-type': text(detailType, 'the detail type of the record'),
    'source': text(source, 'the source of the record'),
    'account': account,
    'time': time(detail, text(timeAttribute, 'the time attribute of the record')),
    'region': text(detail[text(regionAttribute, 'the region attribute of the record')], `${regionAttribute}, by which the item names the region that wrote it,`),
    'resources': [],
    'detail': detail,
  };
}

/** Returns the time at which the item was inserted into this region's replica, to which DynamoDB gives a precision of seconds. */
function insertedAt(record: any): number {
  const seconds = record.dynamodb.ApproximateCreationDateTime;
  return typeof seconds === 'number' ? seconds * 1000 : Date.now();
}

/** Returns the item as plain JSON: sets as lists, and binary data in base64, as the stream has them. */
function plain(image: object): Record<string, unknown> {
  let item: unknown;
  try {
    item = unmarshall(image as Parameters<typeof unmarshall>[0], { wrapNumbers: exact });
  } catch (error) {
    if (error instanceof Unstartable) throw error;
    // the SDK's own message may quote the item
    throw malformed('the item is not in the format of DynamoDB');
  }
  return JSON.parse(JSON.stringify(item, (_, value: unknown) => (value instanceof Set ? [...value] : value)));
}

/** Requires an exact number: two keys that are one number in JSON would be one workflow. */
function exact(digits: string): number {
  const number = exactNumber(digits);
  if (number === undefined) throw malformed('the item has a number that JSON cannot hold exactly: store it as a string');
  return number;
}

function time(detail: Record<string, unknown>, attribute: string): string {
  const value = detail[attribute];
  if (typeof value !== 'string' || !ISO_8601.test(value) || !Number.isFinite(Date.parse(value))) {
    throw malformed(`${attribute}, which has the time at which the item was written, is no ISO 8601 time with a zone`);
  }
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw malformed(`${what} is no string`);
  return value;
}

function malformed(why: string): Unstartable {
  return new Unstartable('MALFORMED_EVENT', why);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
