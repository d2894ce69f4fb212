import { Button, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { useWrite } from "../parts/useWrite.ts";

/** Milliseconds between two looks whether the link works. */
const lookEvery = 500;

interface LinkButtonProps {
  readonly says: string;
  readonly act: string;
  /** Why none can be made now; undefined: one can. */
  readonly obstacle: string | undefined;
  /** The instance that is read anew. */
  readonly tenant: string;
  /** Has a link made. */
  readonly make: (params: {
    readonly header: { readonly "Idempotency-Key": string };
  }) => Promise<Schemas["PasswordLink"]>;
}

/** Has a link into an Odoo made, and leads to it once it works. */
export function LinkButton({ says, act, obstacle, tenant, make }: LinkButtonProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  // Nothing keeps the link but this.
  const [made, setMade] = useState<Schemas["PasswordLink"]>();
  const making = useWrite(
    (_: void, params) => make(params),
    (link) => {
      setMade(link);
      return queries.invalidateQueries({ queryKey: ["instance", tenant] });
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
    <>
      <Text>{says}</Text>
      <Button
        style={{ alignSelf: "flex-start" }}
        loading={isUnderWay}
        disabled={obstacle !== undefined}
        onClick={() => {
          setMade(undefined);
          making.mutate();
        }}
      >
        {act}
      </Button>
      {/* Its room is kept, so that what is below doesn't move under a click. */}
      <Stack gap={4} mih="1.6em" role="status">
        {isUnderWay && <Text>{t("passwords.making")}</Text>}
        {data?.state === "failed" && <Text>{t("passwords.failed")}</Text>}
        {isLost && <Text>{t("passwords.lost")}</Text>}
        {!isUnderWay && obstacle !== undefined && <Text>{obstacle}</Text>}
      </Stack>
      {(making.error ?? error) && <Failure error={(making.error ?? error)!} />}
    </>
  );
}
