import { Checkbox, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { useWrite } from "../parts/useWrite.ts";

/** Cancels an invoice by a credit note, by its number and saying why. */
export function Credit({ invoice: { id, number } }: { readonly invoice: Schemas["Invoice"] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [isIssuedAgain, setIssuedAgain] = useState(false);
  const crediting = useWrite(
    (body: Schemas["CreditRequest"], params) =>
      answerOf(api.POST("/api/v1/operator/invoices/{id}/credit-notes", { params: { ...params, path: { id } }, body })),
    () => queries.invalidateQueries({ queryKey: ["operator"] }),
  );
  return (
    <ConfirmByName
      act={t("operator.credit")}
      label={t("operator.creditOf", { number })}
      says={t("operator.creditSays", { number })}
      name={number}
      sending={{ ...crediting, mutate: () => crediting.mutate({ number, reason: reason.trim(), isIssuedAgain }) }}
    >
      <TextInput
        label={t("operator.creditReason")}
        description={t("operator.creditReasonHint")}
        required
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Checkbox
        label={t("operator.creditAgain")}
        checked={isIssuedAgain}
        onChange={(event) => setIssuedAgain(event.currentTarget.checked)}
      />
    </ConfirmByName>
  );
}
