/** What a worker does again and again. */
export interface Repeated {
  /** Milliseconds between the beginnings of two times. */
  readonly every: number;
  readonly work: () => Promise<unknown>;
  /** What is said when it fails, before the reason: what wasn't done, and when it is tried again. */
  readonly failed: string;
  /** Whether the first time is now, and not after `every`. Default: it is later. */
  readonly isNow?: boolean;
}

/**
 * Does something again and again, never twice at once: a time that comes while the one before is under way is left out. One that fails keeps none of
 * the later ones from being tried.
 *
 * @returns ends it; what is under way isn't waited for.
 */
export function repeat({ every, work, failed, isNow = false }: Repeated): () => void {
  let isUnderWay = false;
  const once = async (): Promise<void> => {
    if (isUnderWay) {
      return;
    }
    isUnderWay = true;
    try {
      await work();
    } catch (error) {
      console.error(failed, error);
    } finally {
      isUnderWay = false;
    }
  };
  const repeating = setInterval(() => void once(), every);
  if (isNow) {
    void once();
  }
  return () => clearInterval(repeating);
}
