import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { AddressField } from "../order/AddressField.tsx";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Form } from "../parts/Form.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { LinkButton } from "./LinkButton.tsx";
import { useMayHere, useSide } from "./side.ts";
import { useCopy } from "./useInstance.ts";

interface Parts {
  readonly instance: Schemas["Tenant"];
  readonly copy: NonNullable<Schemas["CopyOffer"]["copy"]>;
  /** Why nothing can be copied now; null: it can. */
  readonly obstacle: Schemas["CopyOffer"]["obstacle"];
}

/** An instance's staging copy: one is made, opened, brought anew, kept longer and removed. */
export function StagingCopy({ instance }: Pick<Parts, "instance">) {
  const { t } = useTranslation();
  const mayCopy = useMayHere()("tenants:copy");
  const { data, error, refetch } = useCopy(instance.id);
  return (
    <Section title={t("copies.title")}>
      {mayCopy && <Text>{t("copies.says")}</Text>}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting height={120} />}
      {data?.copy && <Known copy={data.copy} instance={instance} obstacle={data.obstacle} />}
      {data?.copy === null && <Text role="status">{t("copies.none")}</Text>}
      {mayCopy && data?.copy === null && <Make instance={instance} obstacle={data.obstacle} />}
    </Section>
  );
}

/** What is shown is read anew once something is asked for. */
function useAsked(id: string): () => Promise<void> {
  const queries = useQueryClient();
  const { key } = useSide();
  return () => queries.invalidateQueries({ queryKey: [...key, id] });
}

function Make({ instance, obstacle }: Pick<Parts, "instance" | "obstacle">) {
  const { t } = useTranslation();
  const { id } = instance;
  const [address, setAddress] = useState(`${instance.address}-staging`);
  const making = useWrite(
    (_: void, params) =>
      answerOf(api.POST("/api/v1/tenants/{id}/copy", { params: { ...params, path: { id } }, body: { address } })),
    useAsked(id),
  );
  if (obstacle !== null) {
    return <Text c="dimmed">{t(`stateReasons.${obstacle}`)}</Text>;
  }
  const reason = making.error?.fields.find(({ field }) => field === "address")?.reason;
  return (
    <Form sending={making} submit={t("copies.make")}>
      <AddressField
        value={address}
        onChange={(value) => {
          making.reset();
          setAddress(value);
        }}
        fault={reason && (reason === "invalid" ? t("refused.address") : t([`refused.${reason}`, "refused.invalid"]))}
      />
    </Form>
  );
}

/** How it is, and what can be done with it. */
function Known({ copy, instance, obstacle }: Parts) {
  const { t } = useTranslation();
  const at = useMoments();
  const may = useMayHere();
  const { state, url, copiedAt, until, failure } = copy;
  return (
    <Stack gap="xs" align="flex-start">
      <Text role="status">{t(`copies.states.${state}`)}</Text>
      {failure && <Text>{t("copies.failed", { why: t(`jobs.failures.${failure}`) })}</Text>}
      {copiedAt && <Text>{t("copies.copiedAt", { at: at(copiedAt) })}</Text>}
      {state !== "removing" && <Text>{t("copies.until", { at: at(until) })}</Text>}
      {url && state === "running" && (
        <Anchor href={url} style={{ overflowWrap: "anywhere" }}>
          {t("copies.open")}
          {t("frame.colon")}
          <bdi>{copy.address}</bdi>
        </Anchor>
      )}
      {may("tenants:password") && state === "running" && (
        <LinkButton
          says={t("copies.passwordSays")}
          act={t("copies.password")}
          obstacle={copy.job === null ? undefined : t("stateReasons.busy")}
          make={(params) =>
            answerOf(
              api.POST("/api/v1/tenants/{id}/copy/password-links", {
                params: { ...params, path: { id: instance.id } },
              }),
            )
          }
          tenant={instance.id}
        />
      )}
      {may("tenants:copy") && copy.job === null && state !== "removing" && (
        <Acts copy={copy} instance={instance} obstacle={obstacle} />
      )}
    </Stack>
  );
}

function Acts({ copy: { address }, instance, obstacle }: Parts) {
  const { t } = useTranslation();
  const { id } = instance;
  const asked = useAsked(id);
  const path = { id };
  const renewing = useWrite(
    (_: void, params) => answerOf(api.POST("/api/v1/tenants/{id}/copy/renewal", { params: { ...params, path } })),
    asked,
  );
  const extending = useWrite(
    (_: void, params) => answerOf(api.POST("/api/v1/tenants/{id}/copy/extension", { params: { ...params, path } })),
    asked,
  );
  const removing = useWrite(
    (_: void, params) => answerOf(api.DELETE("/api/v1/tenants/{id}/copy", { params: { ...params, path } })),
    asked,
  );
  return (
    <>
      <Group>
        <Button variant="default" loading={extending.isPending} onClick={() => extending.mutate()}>
          {t("copies.extend")}
        </Button>
      </Group>
      {extending.error && <Failure error={extending.error} />}
      {obstacle === null ? (
        <ConfirmByName
          act={t("copies.renew")}
          says={t("copies.renewSays", { address })}
          name={address}
          sending={renewing}
        />
      ) : (
        <Text c="dimmed">{t(`stateReasons.${obstacle}`)}</Text>
      )}
      <ConfirmByName
        act={t("copies.remove")}
        says={t("copies.removeSays", { address })}
        name={address}
        sending={removing}
      />
    </>
  );
}
