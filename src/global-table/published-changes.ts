import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';

/** A kind of change to an item. */
export enum TableChange {
  /** The item is new. */
  INSERT = 'INSERT',
  /** The item was there and is different now. */
  MODIFY = 'MODIFY',
  /**
   * The item is gone: a client deleted it, or it expired. DynamoDB tells the two apart in the region only where the expiry took place; anybody else
   * compares the old image's expiry with the event's `dynamodb.ApproximateCreationDateTime`.
   */
  REMOVE = 'REMOVE',
  /**
   * The item expired by its time to live. Published by the region where that took place, whoever wrote the item; if several regions find it expired at the same moment, by each of
   * them. It is a part of REMOVE, and cannot be asked for together with it. The event's `change` is `REMOVE`.
   */
  EXPIRE = 'EXPIRE',
}

/** Options of the changes of a `GlobalTable` that become events. */
export interface PublishChangesOptions {
  /** The events' `detail-type`, up to 128 characters, such as `OrderChanged`. It tells apart what one table publishes. */
  readonly detailType: string;

  /**
   * The events' `source`.
   *
   * @default - the system's name
   */
  readonly source?: string;

  /**
   * The changes that are published.
   *
   * @default - INSERT, MODIFY and REMOVE, which has expiries in it
   */
  readonly changes?: TableChange[];

  /**
   * The attribute, a string, by which every item names the region that wrote it. Every write must set it. An item without it is never published.
   *
   * @default 'region'
   */
  readonly regionAttribute?: string;

  /**
   * The items that are published: string attributes and the values that each may have, such as `{ kind: ['order'] }`. Of a removed item, the old
   * image counts; of all others, the new one.
   *
   * @default - all items
   */
  readonly itemFilter?: { [attribute: string]: string[] };

  /**
   * A function that makes the events' details, in each region for that region's changes. It gets a list of up to 10 details as they would be
   * published, and returns the list of those to publish, each an object: changed, or fewer of them. It is called again for a whole batch when
   * publishing fails.
   *
   * @default - none
   */
  readonly enrichment?: IMultiRegionFunction;

  /**
   * The number of retries of a batch that EventBridge refuses, or that the enrichment fails at, from 0 to 10000. Meanwhile the changes behind
   * it wait. When EventBridge itself is down, tries do not count.
   *
   * @default 185
   */
  readonly retryAttempts?: number;

  /**
   * The age at which a change that could not be published is given up, from 1 minute to 23 hours. The stream keeps it for 24 hours, so that somebody
   * can still read it.
   *
   * @default Duration.hours(23)
   */
  readonly maxRecordAge?: Duration;

  /**
   * The retention of the log of errors, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
}
