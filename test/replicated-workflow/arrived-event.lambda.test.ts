/** What the starter makes of a message: an event of a bus, or a record of a table. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { arrivedEvent } from '../../src/replicated-workflow/arrived-event.lambda';
import { recordTemplate } from '../../src/replicated-workflow/table-record';
import { pipeMessage } from '../support/synth';

const ACCOUNT = '111122223333';
const MEANING = { source: 'orders', detailType: 'Order Placed', timeAttribute: 'placedAt', regionAttribute: 'region' };
const item = { pk: 'o-1', sk: 'order', placedAt: '2026-01-31T12:00:00.123Z', region: 'us-west-2', total: 12.5, lines: [{ sku: 'book', isGift: true, note: null }], odd: { '"': '<$.eventID>\\u0022', 'tableRecord': 'x' } };

const DAY_S = 24 * 60 * 60;
const WRITTEN_S = Date.parse(item.placedAt) / 1000;

function messageOf(NewImage: object | undefined, ApproximateCreationDateTime = WRITTEN_S): string {
  const pipe = { Properties: { TargetParameters: { InputTemplate: recordTemplate(MEANING) } } };
  return pipeMessage(pipe, { eventID: 'c4ca', dynamodb: { ApproximateCreationDateTime, Keys: {}, ...(NewImage && { NewImage }), SequenceNumber: '1' } });
}
const arrived = (NewImage: object | undefined, insertedAt?: number) => arrivedEvent(messageOf(NewImage, insertedAt), ACCOUNT);
/** Why it cannot start a workflow. */
function refusal(attempt: () => unknown): [string, string] {
  try {
    attempt();
  } catch (error) {
    return [(error as any).code, (error as Error).message];
  }
  throw new Error('nothing was thrown');
}

describe('a message of the start queue', () => {
  test('is an event as a bus delivered it, to the letter', () => {
    const body = '{"version":"0", "detail-type":"OrderPlaced","region":"us-west-2","detail":{"tableRecord":{"id":"x"},"n":1.0}}';
    expect(arrivedEvent(body, ACCOUNT)).toEqual({ event: JSON.parse(body), input: body, isCopy: false });
  });

  test('is the event that a new item stands for', () => {
    const { event, input } = arrived(marshall(item));
    expect(event).toEqual({
      'version': '0', 'id': 'c4ca', 'detail-type': 'Order Placed', 'source': 'orders', 'account': ACCOUNT, 'time': item.placedAt, 'region': 'us-west-2', 'resources': [], 'detail': item,
    });
    expect(JSON.parse(input)).toEqual(event);
  });

  // a region that was away sends what it wrote when it is back; what a new replica or a restored table begins with was written long ago
  test.each([[0, false], [13, false], [15, true], [400, true]])('is of a copy if its item was written %i days before it was inserted: %p', (days, isCopy) => {
    expect(arrived(marshall(item), WRITTEN_S + days * DAY_S).isCopy).toBe(isCopy);
  });

  test('has sets of an item as lists, and binary data in base64', () => {
    const image = { ...marshall(item), tags: { SS: ['a', 'b'] }, sizes: { NS: ['1', '2.5'] }, photo: { B: 'AQI=' }, photos: { BS: ['AQI=', 'AwQ='] } };
    expect(arrived(image).event.detail).toEqual({ ...item, tags: ['a', 'b'], sizes: [1, 2.5], photo: 'AQI=', photos: ['AQI=', 'AwQ='] });
  });

  // an event has fields beside it, whatever its publisher wrote, and nothing in an item gets out of the field
  test.each<[string, object]>([
    ['an event that has the field of a record', { ...JSON.parse(messageOf(marshall(item))), 'detail-type': 'OrderPlaced', 'source': 'orders', 'region': 'eu-west-1', 'detail': { orderId: 'o-1' } }],
    ['an event with a record in its detail', { source: 'orders', region: 'eu-west-1', detail: JSON.parse(messageOf(marshall(item))) }],
    ['a list with a record', [JSON.parse(messageOf(marshall(item)))]],
  ])('is no record if it is %s', (_, message) => {
    const body = JSON.stringify(message);
    expect(arrivedEvent(body, ACCOUNT)).toEqual({ event: message, input: body, isCopy: false });
  });

  test.each(['"tableRecord"', '["tableRecord"]', 'null', '1'])('is no record if it is %s', body => {
    expect(arrivedEvent(body, ACCOUNT).input).toBe(body);
  });

  const { placedAt: _placedAt, ...withoutTime } = item;
  const { region: _region, ...withoutRegion } = item;
  test.each<[string, object | undefined, string]>([
    ['no new image', undefined, 'the record has no new image: the stream of the table must have new and old images'],
    ['no time', marshall(withoutTime), 'placedAt, which has the time at which the item was written, is no ISO 8601 time with a zone'],
    ['a time without a zone', marshall({ ...item, placedAt: '2026-01-31T12:00:00' }), 'placedAt, which has the time at which the item was written, is no ISO 8601 time with a zone'],
    ['a day that there is not', marshall({ ...item, placedAt: '2026-13-31T12:00:00Z' }), 'placedAt, which has the time at which the item was written, is no ISO 8601 time with a zone'],
    ['a number for a time', marshall({ ...item, placedAt: 1 }), 'placedAt, which has the time at which the item was written, is no ISO 8601 time with a zone'],
    ['no region', marshall(withoutRegion), 'region, by which the item names the region that wrote it, is no string'],
    ['a number that JSON cannot hold', { ...marshall(item), total: { N: '1541815603606036481' } }, 'the item has a number that JSON cannot hold exactly: store it as a string'],
    ['such a number within a list', { ...marshall(item), lines: { L: [{ M: { id: { N: '0.10000000000000000001' } } }] } }, 'the item has a number that JSON cannot hold exactly: store it as a string'],
    ['a value that DynamoDB does not have', { ...marshall(item), card: { X: '4111' } }, 'the item is not in the format of DynamoDB'],
  ])('cannot start a workflow if its item has %s, and the reason quotes nothing of it', (_, image, why) => {
    expect(refusal(() => arrived(image))).toEqual(['MALFORMED_EVENT', why]);
    expect(why).not.toContain('4111');
  });

  test.each(['{"tableRecord":null}', '{"tableRecord":{}}', '{"tableRecord":[]}', '{"tableRecord":"x"}', '{"tableRecord":{"dynamodb":{"NewImage":{}}}}'])('cannot start a workflow if it is %s', body => {
    expect(refusal(() => arrivedEvent(body, ACCOUNT))[0]).toBe('MALFORMED_EVENT');
  });

  test('cannot start a workflow if it is not JSON', () => {
    expect(refusal(() => arrivedEvent('{"card": 4111}x', ACCOUNT))).toEqual(['MALFORMED_EVENT', 'the event is not JSON']);
  });
});
