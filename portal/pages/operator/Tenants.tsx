import { Anchor, Box, NativeSelect, Paper, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { operatorTenantOf } from "../../src/pages/paths.ts";
import { answerOf, api, type Schemas } from "../api.ts";
import { Apart } from "../parts/Apart.tsx";
import { Joined } from "../parts/Joined.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { Suspension } from "./Suspension.tsx";
import { stateColour, useStateText } from "../instance/useStateText.ts";
import { useCapacity, useSummary } from "./useOverview.ts";
import { backupKinds, type FilteredTenants, type TenantFilter, tenantKinds } from "./useTenantFilter.ts";

/** Tenants of all customers, searched and filtered by the portal: nothing but a page of them is ever here. */
export function Tenants({ filter, typed, search, setTyped, change, list }: FilteredTenants) {
  const { t } = useTranslation();
  const { kind, backups, host, plan } = filter;
  const hosts = useCapacity().data?.hosts.map((one) => one.host) ?? [];
  const plans = useSummary().data?.plans.map((one) => one.plan) ?? [];
  const query = useInfiniteQuery({
    queryKey: ["operator", "tenants", search, filter],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/tenants", {
          params: {
            query: {
              ...{ limit: 20, search },
              ...queryOf(kind),
              ...(backups && { backups }),
              ...(host && { host }),
              ...(plan && { plan }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: 10_000,
    // What was found before stays until the next is there: nothing jumps while somebody types.
    placeholderData: (before) => before,
  });
  const tenants = query.data?.pages.flatMap((page) => page.tenants);
  return (
    <Box ref={list} tabIndex={-1} data-wide>
      <Section title={t("operator.tenants")}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            type="search"
            label={t("operator.search")}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <NativeSelect
            label={t("operator.made")}
            data={tenantKinds.map((one) => ({ value: one, label: t(`operator.kinds.${one || "all"}`) }))}
            value={kind}
            onChange={(event) => change({ kind: event.currentTarget.value as TenantFilter["kind"] })}
          />
          <NativeSelect
            label={t("operator.backups")}
            data={backupKinds.map((one) => ({ value: one, label: t(`operator.backupKinds.${one || "all"}`) }))}
            value={backups}
            onChange={(event) => change({ backups: event.currentTarget.value as TenantFilter["backups"] })}
          />
          <NativeSelect
            label={t("operator.host")}
            data={[{ value: "", label: t("operator.anyHost") }, ...withChosen(hosts, host)]}
            value={host}
            onChange={(event) => change({ host: event.currentTarget.value })}
          />
          <NativeSelect
            label={t("operator.plan")}
            data={[{ value: "", label: t("operator.anyPlan") }, ...withChosen(plans, plan)]}
            value={plan}
            onChange={(event) => change({ plan: event.currentTarget.value })}
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
    </Box>
  );
}

/** What the API is asked for. */
function queryOf(kind: TenantFilter["kind"]) {
  switch (kind) {
    case "":
      return {};
    case "failed":
      return { failed: "true" } as const;
    case "toBeDeleted":
      return { toBeDeleted: "true" } as const;
    default:
      return { made: kind };
  }
}

/** What can be chosen, also before it is known, or where nothing has it any more. */
const withChosen = (names: readonly string[], chosen: string): string[] =>
  chosen === "" || names.includes(chosen) ? [...names] : [...names, chosen];

function Tenant({ tenant }: { readonly tenant: Schemas["OperatorTenant"] }) {
  const { t } = useTranslation();
  const stateText = useStateText();
  const { id, address, company, customer, plan, host, slot, readyAt, backups } = tenant;
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Apart>
        <Anchor component={Link} href={operatorTenantOf(id)} fw={700}>
          {address}
        </Anchor>
        <Text className="state" data-state={stateColour(tenant)}>
          {stateText(tenant, true)}
        </Text>
      </Apart>
      <Text c="dimmed" mb="xs">
        <Joined parts={[company, customer, plan, host === null ? t("operator.noPlace") : `${host} ${slot}`, id]} />
      </Text>
      {backups !== null && backups !== "fine" && <Text mb="xs">{t(`operator.backupStates.${backups}`)}</Text>}
      {readyAt && <Suspension tenant={tenant} />}
    </Paper>
  );
}
