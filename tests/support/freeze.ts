/** For how long freezing is tried, in milliseconds. */
const LIMIT = 60_000;

/**
 * Pauses a container, however many times it takes. On cgroup v1 the kernel doesn't freeze a cgroup in which a process is being
 * made; runc then gives up after a fraction of a second, thaws it, and leaves trying again to its caller (opencontainers/runc
 * #2774, #4388).
 */
export async function freeze(pause: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    try {
      await pause();
      return;
    } catch (error) {
      if (!String(error).includes("unable to freeze") || Date.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
