import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";

/** Gives an invoice's customer time to pay, to the end of a day in UTC. Less of it, or none, may suspend all that he has: it asks for the invoice's number. */
export function MoreTime({ invoice }: { readonly invoice: Schemas["Invoice"] }) {
  const { t } = useTranslation();
  const at = useMoments();
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
  const wanted = day === "" ? null : `${day}T23:59:59Z`;
  const isSooner = wanted !== null && deferredUntil !== null && Date.parse(wanted) < Date.parse(deferredUntil);
  const giveTo = (until: string | null) => ({ ...giving, mutate: () => giving.mutate(until) });
  return (
    <Stack gap="xs" align="flex-start">
      <TextInput
        type="date"
        label={t("operator.moreTimeUntil")}
        description={t("operator.moreTimeSays")}
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      {isSooner ? (
        <ConfirmByName
          key={day}
          act={t("operator.moreTimeShorten")}
          says={t("operator.lessTimeSays", { at: at(wanted) })}
          name={number}
          sending={giveTo(wanted)}
        />
      ) : (
        <>
          <Group>
            <Button
              variant="default"
              disabled={wanted === null}
              loading={giving.isPending}
              onClick={() => giving.mutate(wanted)}
            >
              {t("operator.moreTimeGive")}
            </Button>
          </Group>
          {giving.error && wanted !== null && <Failure error={giving.error} />}
        </>
      )}
      {deferredUntil !== null && wanted === null && (
        <ConfirmByName
          act={t("operator.moreTimeTake")}
          says={t("operator.moreTimeTakeSays", { at: at(deferredUntil) })}
          name={number}
          sending={giveTo(null)}
        />
      )}
    </Stack>
  );
}
