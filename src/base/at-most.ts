/**
 * Does `work` for each of the items, `count` at a time, in their order. When one fails no other is begun, and
 * its error is thrown at once.
 */
export async function atMost<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  let isFailed = false;
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      if (isFailed) return;
      await work(item).catch((error: unknown) => {
        isFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, worker));
}
