import type { Database } from "../database/connect.ts";
import type { Phase } from "../jobs/jobs.ts";

/** Notes each phase of a job once, in the sequence in which they came. */
export function phaseReporter(
  database: Database,
  job: string,
): { add: (phase: Phase) => void; settled: () => Promise<void> } {
  const noted = new Set<Phase>();
  let last = Promise.resolve();
  const note = async (phase: Phase): Promise<void> => {
    // One that a worker noted which died since isn't noted again.
    const known = await database
      .selectFrom("job_event")
      .select("id")
      .where("job_id", "=", job)
      .where("phase", "=", phase)
      .executeTakeFirst();
    if (!known) {
      await database.insertInto("job_event").values({ job_id: job, phase }).execute();
    }
  };
  const add = (phase: Phase): void => {
    if (!noted.has(phase)) {
      noted.add(phase);
      last = last
        .then(() => note(phase))
        .catch((error: unknown) => console.error(`job ${job}: phase ${phase} wasn't noted`, error));
    }
  };
  return { add, settled: () => last };
}
