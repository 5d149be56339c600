/** The concurrency that queues may use of a function together. */
export class ConsumedConcurrency {
  private sum = 0;

  /** Adds to it, and returns the sum. */
  public add(maxConcurrency: number): { readonly isFirst: boolean; readonly sum: number } {
    const isFirst = this.sum === 0;
    this.sum += maxConcurrency;
    return { isFirst, sum: this.sum };
  }
}
