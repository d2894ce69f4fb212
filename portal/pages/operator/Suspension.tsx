import { Button, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useChanged } from "../instance/useInstance.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useWrite } from "../parts/useWrite.ts";

type Wish = Schemas["SuspensionRequest"];

/** Suspends a tenant, by its name and saying why, or lets it run again. */
export function Suspension({ tenant }: { readonly tenant: Schemas["OperatorTenant"] }) {
  const { t } = useTranslation();
  const changed = useChanged();
  const [reason, setReason] = useState("");
  const { id, address, isOperatorSuspended } = tenant;
  const suspending = useWrite(
    (body: Wish, params) =>
      answerOf(api.PUT("/api/v1/operator/tenants/{id}/suspension", { params: { ...params, path: { id } }, body })),
    (answer) => {
      setReason("");
      return changed(answer);
    },
  );
  if (!isOperatorSuspended) {
    const why = reason.trim();
    return (
      <ConfirmByName
        act={t("operator.suspend")}
        says={t("operator.suspendSays", { address })}
        name={address}
        sending={{
          ...suspending,
          mutate: () => suspending.mutate({ isSuspended: true, ...(why !== "" && { reason: why }) }),
        }}
      >
        <TextInput
          label={t("operator.why")}
          description={t("operator.whyHint")}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </ConfirmByName>
    );
  }
  return (
    <>
      <Group>
        <Button
          variant="default"
          size="xs"
          loading={suspending.isPending}
          onClick={() => suspending.mutate({ isSuspended: false })}
          aria-label={`${t("operator.resume")}${t("frame.colon")}${address}`}
        >
          {t("operator.resume")}
        </Button>
      </Group>
      {suspending.error && <Failure error={suspending.error} />}
    </>
  );
}
