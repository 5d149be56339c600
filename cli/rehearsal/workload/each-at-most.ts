/** Does something to each item, to at most so many at once. */
export async function eachAtMost<T>(most: number, items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  // all take from the same iterator
  const left = items.values();
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, async () => {
    for (const item of left) await act(item);
  }));
}
