import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { useMe } from "../login/me.ts";
import { useMembers } from "../team/useTeam.ts";
import { Apart } from "../parts/Apart.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { useActionText } from "../parts/useActionText.ts";
import { useMoments } from "../parts/useMoments.ts";
import { useTrail } from "./useInstance.ts";

/** Who did what to an instance, the newest first. */
export function Trail({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const query = useTrail(instance.id);
  const entries = query.data?.pages.flatMap((page) => page.entries);
  return (
    <Section title={t("audit.title")} isWide>
      <PagedList query={query} items={entries} gap={4} height={280}>
        {(entry) => <Entry key={entry.id} entry={entry} />}
      </PagedList>
    </Section>
  );
}

function Entry({ entry }: { readonly entry: Schemas["AuditEntry"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const actionText = useActionText();
  const { actor, actorId } = entry;
  const own = useMe().data?.team?.member;
  const isColleagues = actor === "customer" && actorId !== own;
  const members = useMembers(isColleagues);
  const colleague = members.data?.members.find(({ id }) => id === actorId)?.email;
  const who = isColleagues ? (colleague ?? t("audit.formerMember")) : t(`audit.actors.${actor}`);
  return (
    <Apart component="li">
      <Text>
        {actionText(entry)}
        {" · "}
        <bdi>{who}</bdi>
      </Text>
      <Text c="dimmed">{at(entry.at)}</Text>
    </Apart>
  );
}
