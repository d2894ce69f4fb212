import { Anchor, Button, Code, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Form } from "../parts/Form.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useMayHere, useSide } from "./side.ts";
import { useDomains } from "./useInstance.ts";

interface Parts {
  readonly instance: Schemas["Tenant"];
  readonly domain: Schemas["Domain"];
}

/** Domains of the customer's own: the records to publish, what DNS says of them, and whether they are served. */
export function Domains({ instance }: Pick<Parts, "instance">) {
  const { t } = useTranslation();
  const mayChange = useMayHere()("tenants:write");
  const { data, error, refetch } = useDomains(instance.id);
  return (
    <Section title={t("domains.title")} isWide>
      {mayChange && <Text>{t("domains.says")}</Text>}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting height={100} />}
      {data?.domains.length === 0 && <Text>{t("domains.none")}</Text>}
      {data?.domains.map((domain) => (
        <Domain key={domain.domain} domain={domain} instance={instance} next={nextAfter(domain, data.domains)} />
      ))}
      {mayChange && data && <Add instance={instance} had={data} />}
    </Section>
  );
}

/** What becomes the public address when the first domain that is proven goes; undefined: it isn't that one. */
function nextAfter(one: Schemas["Domain"], all: readonly Schemas["Domain"][]): string | undefined {
  const [first, second] = all.filter(({ provenAt }) => provenAt !== null);
  const own = one.records.find(({ type }) => type === "CNAME")?.value;
  return first?.domain === one.domain ? (second?.domain ?? own) : undefined;
}

/** What is shown is read anew once something was changed. */
function useAsked(id: string): () => Promise<void> {
  const queries = useQueryClient();
  const { key } = useSide();
  return () => queries.invalidateQueries({ queryKey: [...key, id] });
}

function Add({
  instance: { id, deleteAt },
  had: { domains, most },
}: Pick<Parts, "instance"> & { readonly had: Schemas["DomainList"] }) {
  const { t } = useTranslation();
  const asked = useAsked(id);
  const [domain, setDomain] = useState("");
  const adding = useWrite(
    (_: void, params) =>
      answerOf(api.POST("/api/v1/tenants/{id}/domains", { params: { ...params, path: { id } }, body: { domain } })),
    async () => {
      setDomain("");
      await asked();
    },
  );
  const reason = adding.error?.fields.find(({ field }) => field === "domain")?.reason;
  if (deleteAt !== null) {
    return <Text c="dimmed">{t("stateReasons.deleting")}</Text>;
  }
  if (domains.length >= most) {
    return <Text c="dimmed">{t("domains.full", { most })}</Text>;
  }
  const isHad = domains.some((one) => one.domain === domain.trim().toLowerCase());
  return (
    <Form sending={adding} submit={t("domains.add")} disabled={domain.trim() === "" || isHad}>
      <TextInput
        label={t("domains.field")}
        dir="ltr"
        placeholder="erp.example.com"
        value={domain}
        onChange={(event) => {
          adding.reset();
          setDomain(event.currentTarget.value);
        }}
        error={
          isHad
            ? t("stateReasons.hasDomain")
            : reason && (reason === "reserved" ? t("domains.reserved") : t("domains.invalid"))
        }
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
        maxLength={253}
      />
    </Form>
  );
}

/** One of them. */
function Domain({ domain: one, instance: { id }, next }: Parts & { readonly next: string | undefined }) {
  const { t } = useTranslation();
  const at = useMoments();
  const mayChange = useMayHere()("tenants:write");
  const asked = useAsked(id);
  const { domain, state, addresses, checkedAt, provenAt, isServed } = one;
  const path = { id, domain };
  const checking = useWrite(
    (_: void, params) =>
      answerOf(api.POST("/api/v1/tenants/{id}/domains/{domain}/checks", { params: { ...params, path } })),
    asked,
  );
  const removing = useWrite(
    (_: void, params) => answerOf(api.DELETE("/api/v1/tenants/{id}/domains/{domain}", { params: { ...params, path } })),
    asked,
  );
  const isWell = state === "proven";
  return (
    <Stack gap="xs" component="section" aria-label={domain}>
      <Text fw={600} style={{ overflowWrap: "anywhere" }}>
        {isServed ? <Anchor href={`https://${domain}`}>{domain}</Anchor> : domain}
      </Text>
      {/* Its room is kept, so that what is below doesn't move under a click. */}
      <Stack gap={0} mih="3.2em" role="status">
        <Text>
          {t(provenAt ? (isServed ? "domains.served" : "domains.coming") : "domains.notServed")}{" "}
          {(!provenAt || !isWell) && t(`domains.states.${state}`, { addresses: addresses.join(", ") || "–" })}
        </Text>
        {checkedAt && <Text c="dimmed">{t("domains.checkedAt", { at: at(checkedAt) })}</Text>}
      </Stack>
      {!isWell && <Records domain={one} />}
      {checking.error && <Failure error={checking.error} />}
      {mayChange && (
        <Group align="flex-start">
          <Button
            variant="default"
            loading={checking.isPending}
            onClick={() => checking.mutate()}
            aria-label={`${t("domains.check")}${t("frame.colon")}${domain}`}
          >
            {t("domains.check")}
          </Button>
          <ConfirmByName
            act={t("domains.remove")}
            label={`${t("domains.remove")}${t("frame.colon")}${domain}`}
            says={[
              t("domains.removeSays", { domain }),
              ...(next === undefined ? [] : [t("domains.removeFirstSays", { next })]),
            ].join(" ")}
            name={domain}
            sending={removing}
          />
        </Group>
      )}
    </Stack>
  );
}

function Records({ domain: { domain, records } }: Pick<Parts, "domain">) {
  const { t } = useTranslation();
  return (
    <>
      <Text>{t("domains.publish")}</Text>
      <Table.ScrollContainer minWidth={320} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label={t("domains.records", { domain })}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("domains.type")}</Table.Th>
              <Table.Th scope="col">{t("domains.name")}</Table.Th>
              <Table.Th scope="col">{t("domains.value")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {records.map(({ type, name, value }) => (
              <Table.Tr key={type}>
                <Table.Td>{type}</Table.Td>
                <Table.Td>
                  <Code dir="ltr">{name}</Code>
                </Table.Td>
                <Table.Td>
                  <Code dir="ltr">{value}</Code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text c="dimmed">{t("domains.apex")}</Text>
    </>
  );
}
