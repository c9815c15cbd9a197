/** Does all the work with at most `slots` pieces at a time, begun in their order. Once one fails no other is begun; rejects when all begun have ended. */
export async function inParallel<T>(work: readonly T[], slots: number, act: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...work];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (waiting.length > 0 && failures.length === 0) {
      try {
        await act(waiting.shift()!);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(slots, work.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
