import { Button, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useWrite } from "../parts/useWrite.ts";

/** Milliseconds between two looks whether the link works. */
const lookEvery = 500;

/** Lets a customer set the password of his Odoo's administrator, on a page of that Odoo: a link to it is made, and led to once it works. */
export function SetPassword({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, state, job } = instance;
  // Nothing keeps the link but this.
  const [made, setMade] = useState<Schemas["PasswordLink"]>();
  const making = useWrite(
    (_: void, params) =>
      answerOf(api.POST("/api/v1/tenants/{id}/password-links", { params: { ...params, path: { id } } })),
    (link) => {
      setMade(link);
      return queries.invalidateQueries({ queryKey: ["instance", id] });
    },
  );
  const { data, error } = useQuery({
    queryKey: ["job", made?.job],
    queryFn: () => answerOf(api.GET("/api/v1/jobs/{id}", { params: { path: { id: made!.job } } })),
    enabled: made !== undefined,
    refetchInterval: (query) => (query.state.data?.endedAt ? false : lookEvery),
  });
  const isDone = data?.state === "done";
  useEffect(() => {
    if (isDone && made?.link) {
      window.location.assign(made.link);
    }
  }, [isDone, made]);
  const isUnderWay = making.isPending || (made !== undefined && data?.endedAt == null);
  const isLost = isDone && made?.link === null;
  return (
    <Section title={t("passwords.title")}>
      <Text>{t("passwords.says")}</Text>
      {/* Its room is kept, so that what is below doesn't move under a click. */}
      <Stack gap={4} mih="1.6em" role="status">
        {isUnderWay && <Text>{t("passwords.making")}</Text>}
        {data?.state === "failed" && <Text>{t("passwords.failed")}</Text>}
        {isLost && <Text>{t("passwords.lost")}</Text>}
        {state !== "running" && <Text>{t("passwords.notRunning")}</Text>}
      </Stack>
      {(making.error ?? error) && <Failure error={(making.error ?? error)!} />}
      <Button
        style={{ alignSelf: "flex-start" }}
        loading={isUnderWay}
        disabled={state !== "running" || job !== null}
        onClick={() => {
          setMade(undefined);
          making.mutate();
        }}
      >
        {t("passwords.set")}
      </Button>
    </Section>
  );
}
