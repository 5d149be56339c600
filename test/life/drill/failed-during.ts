/** What a step has to complain about, after it has run: the checks that failed meanwhile among those that it counts. */
export async function failedDuring(count: () => number, run: () => Promise<void>): Promise<string | undefined> {
  const before = count();
  await run();
  const failed = count() - before;
  return failed === 0 ? undefined : `${failed} ${failed === 1 ? 'check' : 'checks'} failed`;
}
