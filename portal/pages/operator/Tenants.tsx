import { Button, Group, NativeSelect, Paper, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { useWrite } from "../parts/useWrite.ts";

/** Milliseconds without a letter after which it is searched. */
const pause = 300;

const kinds = ["", "running", "suspended", "unmade"] as const;

/** Tenants of all customers, searched and filtered by the portal: nothing but a page of them is ever here. */
export function Tenants() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, pause);
  const [made, setMade] = useState<(typeof kinds)[number]>("");
  const query = useInfiniteQuery({
    queryKey: ["operator", "tenants", search, made],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/tenants", {
          params: { query: { limit: 20, search, ...(made && { made }), ...(pageParam && { cursor: pageParam }) } },
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
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
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
  const queries = useQueryClient();
  const { id, address, company, customer, plan, state, host, slot, lifecycle, readyAt, isOperatorSuspended } = tenant;
  const suspending = useWrite(
    (isSuspended: boolean, params) =>
      answerOf(
        api.PUT("/api/v1/operator/tenants/{id}/suspension", {
          params: { ...params, path: { id } },
          body: { isSuspended },
        }),
      ),
    () => queries.invalidateQueries({ queryKey: ["operator"] }),
  );
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Group justify="space-between">
        <Text fw={700}>{address}</Text>
        <Text>
          {t([`instances.states.${state}`, state])}
          {readyAt && ` (${lifecycle.reason})`}
        </Text>
      </Group>
      <Text c="dimmed" mb="xs">
        {[company, customer, plan, host === null ? t("operator.noPlace") : `${host} ${slot}`, id].join(" · ")}
      </Text>
      {readyAt &&
        (isOperatorSuspended ? (
          <Button
            variant="default"
            size="xs"
            loading={suspending.isPending}
            onClick={() => suspending.mutate(false)}
            aria-label={`${t("operator.resume")}: ${address}`}
          >
            {t("operator.resume")}
          </Button>
        ) : (
          <ConfirmByName
            act={t("operator.suspend")}
            says={t("operator.suspendSays", { address })}
            name={address}
            sending={{ ...suspending, mutate: () => suspending.mutate(true) }}
          />
        ))}
      {isOperatorSuspended && suspending.error && <Failure error={suspending.error} />}
    </Paper>
  );
}
