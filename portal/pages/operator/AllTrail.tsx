import { Box, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Apart } from "../parts/Apart.tsx";
import { Joined } from "../parts/Joined.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { useActionText } from "../parts/useActionText.ts";
import { useMoments } from "../parts/useMoments.ts";

/**
 * Who did what, whomever it concerns, the newest first: what workers and the portal did by themselves is in it.
 *
 * @param tenant whose alone, with a title of its own; undefined: all.
 */
export function AllTrail({ tenant }: { readonly tenant?: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["operator", "audit", tenant ?? null],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/audit", {
          params: { query: { limit: 20, ...(tenant && { tenant }), ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: 10_000,
  });
  const entries = query.data?.pages.flatMap((page) => page.entries);
  return (
    <Section title={t(tenant ? "operator.timeline" : "audit.title")} isWide>
      <PagedList query={query} items={entries} gap="xs" height={240}>
        {(entry) => <Entry key={entry.id} entry={tenant ? { ...entry, tenant: null } : entry} />}
      </PagedList>
    </Section>
  );
}

/** What was done and by whom, in the language, and below it in the API's own words, which operators search logs by. */
function Entry({ entry }: { readonly entry: Schemas["AuditEntry"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const actionText = useActionText();
  const { action, actor, actorId, tenant, clientAddress, details } = entry;
  const more = Object.entries(details).map(([name, value]) => `${name}=${value}`);
  return (
    <Box component="li" display="block">
      <Apart>
        <Text>
          <Joined parts={[actionText(entry), t(`operator.actors.${actor}`)]} />
        </Text>
        <Text c="dimmed">{at(entry.at)}</Text>
      </Apart>
      <Text c="dimmed" size="sm" style={{ overflowWrap: "anywhere" }}>
        <bdi dir="ltr">
          {[action, [actor, actorId].filter(Boolean).join(" "), clientAddress, tenant, ...more]
            .filter(Boolean)
            .join(" · ")}
        </bdi>
      </Text>
    </Box>
  );
}
