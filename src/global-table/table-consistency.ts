/** The consistency of the replicas of a global table. It cannot be changed once the table exists. */
export enum TableConsistency {
  /** Writes replicate afterwards, usually within a second. Of two regions that write the same item at about the same time, the last writer wins. */
  EVENTUAL = 'EVENTUAL',
  /**
   * A write is in at least one other region before it succeeds, and a strongly consistent read in any region sees it: nothing is lost with a region.
   * Writes and such reads wait for another region, and are refused while none answers. No transactions, no expiry, no local secondary indexes.
   */
  STRONG = 'STRONG',
}
