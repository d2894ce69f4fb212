import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answerOf, api, type Schemas } from "../api.ts";

/** Milliseconds between two looks at what isn't over, and at what has failed, which an operator may try again. */
const [lookEvery, lookForRetry] = [2000, 10_000];

const isOpen = (state: string | undefined): boolean => state === undefined || state === "queued" || state === "running";

/** An order. Looked at until it is over or has its job. */
export const useOrder = (id: string) =>
  useQuery({
    queryKey: ["order", id],
    queryFn: () => answerOf(api.GET("/api/v1/orders/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state: { data } }) =>
      data === undefined || data.state === "unconfirmed" || data.state === "confirmed" ? lookEvery : false,
  });

/** The job by which a tenant is made, once there is one, with its place in the queue. */
export function useMaking(tenant: string | undefined) {
  const job = useQuery({
    queryKey: ["making", tenant],
    queryFn: async () => {
      const { jobs } = await answerOf(api.GET("/api/v1/jobs", { params: { query: { limit: 100 } } }));
      return jobs.find((one) => one.tenant === tenant && one.kind === "create") ?? null;
    },
    enabled: tenant !== undefined,
    refetchInterval: ({ state: { data } }) =>
      isOpen(data?.state) ? lookEvery : data?.state === "failed" ? lookForRetry : false,
  });
  const { phases, isLost } = usePhases(job.data, () => void job.refetch());
  return { job, phases, isLost };
}

/** Phases that came of a job. */
interface Streamed {
  readonly job: string | undefined;
  readonly phases: readonly Schemas["Phase"][];
}

/**
 * The phases of a job as they come. The browser connects again by itself, from the last one on; where it gives up, it is begun anew.
 *
 * @param ended what is done when the job is over
 */
function usePhases(job: Schemas["Job"] | null | undefined, ended: () => void) {
  // Of the job that they came from: another try is another job.
  const [streamed, setStreamed] = useState<Streamed>({ job: undefined, phases: [] });
  const [isLost, setLost] = useState(false);
  const id = job && isOpen(job.state) ? job.id : undefined;
  useEffect(() => {
    if (id === undefined) {
      return;
    }
    let source: EventSource;
    let again: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      source = new EventSource(`/api/v1/jobs/${id}/events`);
      source.addEventListener("open", () => setLost(false));
      source.addEventListener("phase", ({ data }: MessageEvent<string>) => {
        const phase = JSON.parse(data) as Schemas["Phase"];
        setStreamed(({ job, phases }) => {
          const known = job === id ? phases : [];
          return { job: id, phases: known.some((one) => one.id === phase.id) ? known : [...known, phase] };
        });
      });
      source.addEventListener("end", () => {
        source.close();
        ended();
      });
      source.addEventListener("error", () => {
        setLost(true);
        if (source.readyState === EventSource.CLOSED) {
          again = setTimeout(connect, lookEvery);
        }
      });
    };
    connect();
    return () => {
      source.close();
      clearTimeout(again);
      setLost(false);
    };
    // `ended` is a new function each time, and does the same.
  }, [id]);
  const read = job?.phases ?? [];
  const came = streamed.job === job?.id ? streamed.phases : [];
  const phases = [...read, ...came.filter((phase) => !read.some((one) => one.id === phase.id))];
  return { phases, isLost };
}
