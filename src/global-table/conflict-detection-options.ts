import { MultiRegionQueue } from '../multi-region-queue/multi-region-queue';

/** Options of the detection of lost writes to a `GlobalTable`. */
export interface DetectConflictsOptions {
  /**
   * The attribute, a string, by which every item names the region that wrote it. Every write must set it.
   *
   * @default 'region'
   */
  readonly regionAttribute?: string;

  /**
   * The attribute, a number, that every write sets to one more than what it read. A write of another region with a higher version has seen the one
   * that it replaced, so nothing was lost.
   *
   * Without it, every replacement of one region's write by another region's counts: use that where each item has one region that writes it.
   *
   * @default - none
   */
  readonly versionAttribute?: string;

  /**
   * The queue that gets each lost write, in the region that lost it: the keys, the losing and the winning image, in DynamoDB JSON. Somebody or something
   * can then merge them. Expect duplicates, and recognise them by the message's `idempotencyKey`.
   *
   * @default - lost writes are only counted
   */
  readonly losingImages?: MultiRegionQueue;
}
