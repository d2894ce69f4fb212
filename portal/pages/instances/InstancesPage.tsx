import { Anchor, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { instanceOf, pagePaths, progressOf } from "../../src/pages/paths.ts";
import { answerOf, api, type Schemas } from "../api.ts";
import type { Removed } from "../instance/Deletion.tsx";
import { ExportFile } from "../instance/ExportFile.tsx";
import { stateColour, useShortStateText } from "../instance/useStateText.ts";
import { useMay } from "../login/me.ts";
import { usePlans } from "../order/plans.ts";
import { Apart } from "../parts/Apart.tsx";
import { Joined } from "../parts/Joined.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { Section } from "../parts/Section.tsx";
import { QueriedPage } from "../parts/QueriedPage.tsx";
import { useMoments } from "../parts/useMoments.ts";

/** What a customer has. */
export function InstancesPage() {
  const { t } = useTranslation();
  const tenants = useInfiniteQuery({
    queryKey: ["tenants"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/tenants", { params: { query: { limit: 20, ...(pageParam && { cursor: pageParam }) } } }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: 10_000,
  });
  const removed = useHistoryState<Removed | null>()?.removed;
  const all = tenants.data?.pages.flatMap((page) => page.tenants);
  return (
    <QueriedPage title={t("instances.title")} query={{ ...tenants, data: all }} height={120}>
      {(known) => (
        <>
          {removed !== undefined && <Text role="status">{t("instances.removed", { address: removed })}</Text>}
          {known.length > 0 && (
            <Stack component="ul" p={0} m={0}>
              {known.map((tenant) => (
                <Instance key={tenant.id} tenant={tenant} />
              ))}
            </Stack>
          )}
          {known.length === 0 && <None />}
          {tenants.hasNextPage && (
            <Button variant="default" loading={tenants.isFetchingNextPage} onClick={() => void tenants.fetchNextPage()}>
              {t("instances.more")}
            </Button>
          )}
          <LastExports />
          <OtherPages />
        </>
      )}
    </QueriedPage>
  );
}

function None() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <>
      <Text>{t("instances.none")}</Text>
      {may("orders:write") && (
        <Anchor component={Link} href={pagePaths.order}>
          {t("instances.order")}
        </Anchor>
      )}
    </>
  );
}

/** What can still be downloaded of instances that were deleted. */
function LastExports() {
  const { t } = useTranslation();
  const mayExport = useMay()("tenants:export");
  const at = useMoments();
  const { data } = useQuery({
    queryKey: ["lastExports"],
    queryFn: () => answerOf(api.GET("/api/v1/exports")),
    enabled: mayExport,
  });
  const left = data?.exports ?? [];
  return left.length === 0 ? null : (
    <Section title={t("exports.last")}>
      <Text>{t("exports.lastSays")}</Text>
      <Stack component="ul" p={0} m={0}>
        {left.map((file) => (
          <Paper key={file.id} component="li" withBorder p="sm" display="block">
            <Title order={3} size="h4">
              {file.address}
            </Title>
            <ExportFile file={file} until={t("exports.lastUntil", { at: at(file.until!) })} />
          </Paper>
        ))}
      </Stack>
    </Section>
  );
}

/** The way to what else is the customer's. */
function OtherPages() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Group>
      <Anchor component={Link} href={pagePaths.tokens}>
        {t("instances.tokens")}
      </Anchor>
      {may("webhooks:read") && (
        <Anchor component={Link} href={pagePaths.webhooks}>
          {t("instances.webhooks")}
        </Anchor>
      )}
      {may("invoices:read") && (
        <Anchor component={Link} href={pagePaths.invoices}>
          {t("instances.invoices")}
        </Anchor>
      )}
      <Anchor component={Link} href={pagePaths.team}>
        {t("team.title")}
      </Anchor>
      <Anchor component={Link} href={pagePaths.passkeys}>
        {t("passkeys.title")}
      </Anchor>
    </Group>
  );
}

function Instance({ tenant }: { readonly tenant: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const order = useOrderOf(tenant.id);
  const stateText = useShortStateText();
  const at = useMoments();
  const stored = useStored(tenant);
  const { expiresAt, trialUntil, changesAt, desired } = tenant.lifecycle;
  const change = tenant.deleteAt !== null ? "deletedAt" : desired === "running" ? "stopsAt" : "startsAt";
  return (
    <Paper component="li" withBorder p="sm" display="block">
      <Apart>
        <Title order={2} size="h4">
          <Anchor component={Link} href={instanceOf(tenant.id)} inherit>
            {tenant.address}
          </Anchor>
        </Title>
        <Text className="state" data-state={stateColour(tenant)}>
          {stateText(tenant)}
        </Text>
      </Apart>
      <Text c="dimmed">
        <Joined
          parts={[
            tenant.company,
            `${t("instances.plan")} ${tenant.plan}`,
            `${t("instances.release")} ${tenant.odooVersion}`,
            ...(trialUntil === null ? [] : [`${t("instance.trialUntil")} ${at(trialUntil)}`]),
            ...(expiresAt === null ? [] : [`${t("instance.expiresAt")} ${at(expiresAt)}`]),
          ]}
        />
      </Text>
      {(changesAt !== null || stored.length > 0) && (
        <Text c="dimmed">
          <Joined
            parts={[...(changesAt === null ? [] : [t(`instances.${change}`, { at: at(changesAt) })]), ...stored]}
          />
        </Text>
      )}
      <Group>
        {tenant.url && <Anchor href={tenant.url}>{t("instances.open")}</Anchor>}
        {order && (
          <Anchor component={Link} href={progressOf(order)}>
            {t("instances.progress")}
          </Anchor>
        )}
      </Group>
    </Paper>
  );
}

/** What an instance has stored, and its memory beside what its plan gives, as far as that is known. */
function useStored({ plan, stored }: Schemas["Tenant"]): string[] {
  const { t } = useTranslation();
  const locale = useLocale();
  const plans = usePlans().data?.plans;
  if (stored === null) {
    return [];
  }
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const size = (bytes: number): string => number.format(bytes / 1024 ** 2);
  const { databaseBytes, filesBytes, memoryBytes } = stored;
  const most = plans?.find(({ name }) => name === plan)?.content?.memoryMiB;
  const memory =
    memoryBytes === null
      ? []
      : [
          most === undefined
            ? t("instances.memory", { size: size(memoryBytes) })
            : t("instances.memoryOf", { size: size(memoryBytes), most: number.format(most) }),
        ];
  return [t("instances.stored", { database: size(databaseBytes), files: size(filesBytes) }), ...memory];
}

/** The order that a tenant is of, among the newest hundred. */
function useOrderOf(tenant: string): string | undefined {
  const { data } = useQuery({
    queryKey: ["orders"],
    queryFn: () => answerOf(api.GET("/api/v1/orders", { params: { query: { limit: 100 } } })),
  });
  return data?.orders.find((order) => order.tenant === tenant)?.id;
}
