/**
 * The one field of a message that a pipe makes of a new item. It tells such a message from an event, which no publisher and no item can change: the fields around an event's detail are EventBridge's,
 * and a publisher chooses the values of some of them, but no names; an item is a value within this field, which is the only one.
 */
export const TABLE_RECORD = 'tableRecord';

/** The meaning of a new item as an event: what the trigger says, equal in every region. */
export interface RecordMeaning {
  readonly source: string;
  readonly detailType: string;
  /** The attribute that has the time at which the item was written. */
  readonly timeAttribute: string;
  /** The attribute that has the region where it was written. */
  readonly regionAttribute: string;
}

/** A new item, as the pipe of a region sends it. It carries its meaning, so that a message that waits is not understood by the settings of a later deployment. */
export interface TableRecord extends RecordMeaning {
  /** DynamoDB's id of the record, which another region has under another id. */
  readonly id: string;
  /** The change, as the stream describes it. */
  readonly dynamodb: object;
}

/**
 * Returns the template of a pipe's messages. The change goes as a whole, since what a pipe makes of a path that leads nowhere is not documented. Strings in quotes, objects without.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
export function recordTemplate({ source, detailType, timeAttribute, regionAttribute }: RecordMeaning): string {
  const meaning = Object.entries({ source, detailType, timeAttribute, regionAttribute }).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{"${TABLE_RECORD}": {${['"id": "<$.eventID>"', ...meaning, '"dynamodb": <$.dynamodb>'].join(', ')}}}`;
}
