import { useQuery, useQueryClient } from "@tanstack/react-query";
import { answerOf, api } from "../api.ts";

/** Who is in the team. */
export const useMembers = (isWanted = true) =>
  useQuery({
    queryKey: ["team", "members"],
    queryFn: () => answerOf(api.GET("/api/v1/team/members")),
    enabled: isWanted,
  });

/** Who is invited to it. */
export const useInvitations = () =>
  useQuery({ queryKey: ["team", "invitations"], queryFn: () => answerOf(api.GET("/api/v1/team/invitations")) });

/** Reads anew what a change of the team changed: also what who changed it may. */
export function useTeamChanged(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["team"] }),
      queries.invalidateQueries({ queryKey: ["me"] }),
      queries.invalidateQueries({ queryKey: ["tokens"] }),
    ]);
}
