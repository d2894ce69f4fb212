import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { useWrite } from "../parts/useWrite.ts";

/** Notes that an invoice was paid, by its number and saying where that was found. */
export function NotePayment({ invoice: { id, number } }: { readonly invoice: Schemas["Invoice"] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [reference, setReference] = useState("");
  const noting = useWrite(
    (body: Schemas["PaymentRequest"], params) =>
      answerOf(api.POST("/api/v1/operator/invoices/{id}/payments", { params: { ...params, path: { id } }, body })),
    () => queries.invalidateQueries({ queryKey: ["operator"] }),
  );
  return (
    <ConfirmByName
      act={t("operator.notePayment")}
      label={t("operator.notePaymentOf", { number })}
      says={t("operator.notePaymentSays", { number })}
      name={number}
      sending={{ ...noting, mutate: () => noting.mutate({ number, reference: reference.trim() }) }}
    >
      <TextInput
        label={t("operator.reference")}
        description={t("operator.referenceHint")}
        required
        maxLength={100}
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
      />
    </ConfirmByName>
  );
}
