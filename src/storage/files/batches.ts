/** Files that are worked on at once. */
const atOnce = 16;

/**
 * The results of `work` on files in the order of `items`, a batch of them at a time; after a batch in which one failed
 * none is begun. Text needs no batches: `readText` opens few files at once by itself.
 */
export async function mapInBatches<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
  }
  return results;
}
