import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { useWrite } from "../parts/useWrite.ts";

/** Gives an invoice's customer time to pay, to the end of a day in UTC, or takes it back. */
export function MoreTime({ invoice }: { readonly invoice: Schemas["Invoice"] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const [day, setDay] = useState("");
  const { number, customer: id, deferredUntil } = invoice;
  const giving = useWrite(
    (until: string | null, params) =>
      answerOf(
        api.PUT("/api/v1/operator/customers/{id}/deferral", { params: { ...params, path: { id } }, body: { until } }),
      ),
    () => {
      setAsked(false);
      return queries.invalidateQueries({ queryKey: ["operator"] });
    },
  );
  if (!isAsked) {
    return (
      <Group>
        <Button
          variant="default"
          size="xs"
          onClick={() => setAsked(true)}
          aria-label={t("operator.moreTimeOf", { number })}
        >
          {t("operator.moreTime")}
        </Button>
      </Group>
    );
  }
  return (
    <Stack gap="xs" align="flex-start">
      <TextInput
        type="date"
        label={t("operator.moreTimeUntil")}
        description={t("operator.moreTimeSays")}
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <Group>
        <Button
          variant="default"
          disabled={day === ""}
          loading={giving.isPending}
          onClick={() => giving.mutate(`${day}T23:59:59Z`)}
        >
          {t("operator.moreTimeGive")}
        </Button>
        {deferredUntil !== null && (
          <Button variant="default" loading={giving.isPending} onClick={() => giving.mutate(null)}>
            {t("operator.moreTimeTake")}
          </Button>
        )}
      </Group>
      {giving.error && <Failure error={giving.error} />}
    </Stack>
  );
}
