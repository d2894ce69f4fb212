import { Anchor, Group, NativeSelect, Paper, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { operatorTenantOf } from "../../src/pages/paths.ts";
import { answerOf, api, type Schemas } from "../api.ts";
import { Joined } from "../parts/Joined.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { useSearch } from "../parts/useSearch.ts";
import { Suspension } from "./Suspension.tsx";
import { useStateText } from "../instance/useStateText.ts";

const kinds = ["", "running", "suspended", "unmade"] as const;

const backupKinds = ["", "overdue", "unproven", "unknown"] as const;

/** Tenants of all customers, searched and filtered by the portal: nothing but a page of them is ever here. */
export function Tenants() {
  const { t } = useTranslation();
  const { typed, setTyped, search } = useSearch();
  const [made, setMade] = useState<(typeof kinds)[number]>("");
  const [backups, setBackups] = useState<(typeof backupKinds)[number]>("");
  const query = useInfiniteQuery({
    queryKey: ["operator", "tenants", search, made, backups],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/tenants", {
          params: {
            query: {
              ...{ limit: 20, search },
              ...(made && { made }),
              ...(backups && { backups }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    // What was found before stays until the next is there: nothing jumps while somebody types.
    placeholderData: (before) => before,
  });
  const tenants = query.data?.pages.flatMap((page) => page.tenants);
  return (
    <Section title={t("operator.tenants")}>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        <TextInput
          type="search"
          label={t("operator.search")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <NativeSelect
          label={t("operator.made")}
          data={kinds.map((kind) => ({ value: kind, label: t(`operator.kinds.${kind || "all"}`) }))}
          value={made}
          onChange={(event) => setMade(event.currentTarget.value as typeof made)}
        />
        <NativeSelect
          label={t("operator.backups")}
          data={backupKinds.map((kind) => ({ value: kind, label: t(`operator.backupKinds.${kind || "all"}`) }))}
          value={backups}
          onChange={(event) => setBackups(event.currentTarget.value as typeof backups)}
        />
      </SimpleGrid>
      <PagedList
        query={query}
        items={tenants}
        gap={"xs"}
        height={240}
        none={<Text role="status">{t("operator.noTenants")}</Text>}
      >
        {(tenant) => <Tenant key={tenant.id} tenant={tenant} />}
      </PagedList>
    </Section>
  );
}

function Tenant({ tenant }: { readonly tenant: Schemas["OperatorTenant"] }) {
  const { t } = useTranslation();
  const stateText = useStateText();
  const { id, address, company, customer, plan, host, slot, readyAt, backups } = tenant;
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Group justify="space-between">
        <Anchor component={Link} href={operatorTenantOf(id)} fw={700}>
          {address}
        </Anchor>
        <Text>{stateText(tenant, true)}</Text>
      </Group>
      <Text c="dimmed" mb="xs">
        <Joined parts={[company, customer, plan, host === null ? t("operator.noPlace") : `${host} ${slot}`, id]} />
      </Text>
      {backups !== null && backups !== "fine" && <Text mb="xs">{t(`operator.backupStates.${backups}`)}</Text>}
      {readyAt && <Suspension tenant={tenant} />}
    </Paper>
  );
}
