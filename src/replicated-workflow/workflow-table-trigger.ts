import { IGlobalTable } from '../global-table/i-global-table';

/**
 * The items of a table whose insertion starts a workflow, beside the events of a bus.
 *
 * Whoever stores an item and then publishes an event may die, or be refused, in between: the item is there, and nothing comes of it. Here the insertion itself starts the workflow, from the replica of
 * every region that stores the item, so that **an item that is stored has its workflow as long as one region that stores it survives**. Publishing is then for speed only, and may fail.
 */
export interface WorkflowTableTrigger {
  /** The table. It must have a stream of new and old images, as a `GlobalTable` has. */
  readonly table: IGlobalTable;

  /** The `source` of the event that a new item stands for: one that the trigger's pattern matches. */
  readonly source: string;

  /** The `detail-type` of that event: one that the trigger's pattern matches. Up to 128 characters, without `<`, `>`, `"` and `\`. */
  readonly detailType: string;

  /**
   * The attribute with the time at which the item was written, a string in ISO 8601 with a zone, such as `2026-01-31T12:00:00.000Z`. Peers take over `takeoverAfter` later: an earlier time, such as a date that the
   * item is about, has them act too early or too late.
   */
  readonly timeAttribute: string;

  /**
   * The attribute, a string, by which every item names the region that wrote it: the origin, which runs the workflow. With `takeover: false`, an item without it starts nothing; else it goes to the
   * dead-letter queue.
   *
   * @default 'region'
   */
  readonly regionAttribute?: string;

  /**
   * The items that start the workflow: string attributes and the values that each may have, such as `{ kind: ['order'] }`.
   *
   * @default - all items
   */
  readonly itemFilter?: { [attribute: string]: string[] };
}
