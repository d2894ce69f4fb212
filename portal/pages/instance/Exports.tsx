import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { ExportFile } from "./ExportFile.tsx";
import { useMayHere, useSide } from "./side.ts";
import { useChanged, useExports } from "./useInstance.ts";

/** Milliseconds between two looks at the phase of one that is being made. */
const lookSoon = 3000;

/** Makes an export of an instance, says how far it is, and lets it be downloaded. */
export function Exports({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { id, job } = instance;
  const at = useMoments();
  const changed = useChanged();
  const mayExport = useMayHere()("tenants:export");
  const { data, error, refetch } = useExports(id);
  const exporting = useWrite(
    (_: void, params) => answerOf(api.POST("/api/v1/tenants/{id}/exports", { params: { ...params, path: { id } } })),
    changed,
  );
  const [last] = data?.exports ?? [];
  const ready = data?.exports.find(({ state }) => state === "ready");
  const isUnderWay = last?.state === "asked";
  return (
    <Section title={t("exports.title")}>
      {mayExport && <Text>{t("exports.says")}</Text>}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {mayExport && (
        <Button
          variant="default"
          style={{ alignSelf: "flex-start" }}
          loading={exporting.isPending}
          disabled={job !== null}
          onClick={() => exporting.mutate()}
        >
          {t("exports.make")}
        </Button>
      )}
      {/* Its room is kept, so that what is below doesn't move under a click. */}
      <Stack gap={4} mih="3.2em" align="flex-start">
        {data ? <Last last={last} tenant={id} job={job} /> : !error && <Waiting height={80} />}
        {mayExport && ready && <ExportFile file={ready} until={t("exports.until", { at: at(ready.until!) })} />}
      </Stack>
      {exporting.error && <Failure error={exporting.error} />}
      {mayExport && job !== null && !isUnderWay && <Text c="dimmed">{t("exports.busy")}</Text>}
    </Section>
  );
}

/** How far the last one is. */
function Last({
  last,
  tenant,
  job,
}: {
  readonly last: Schemas["Export"] | undefined;
  readonly tenant: string;
  readonly job: string | null;
}) {
  const { t } = useTranslation();
  const at = useMoments();
  const { isOperators } = useSide();
  // Its phase is the job's, which operators read in the list of jobs.
  const { data } = useQuery({
    queryKey: ["instance", tenant, "job", job],
    queryFn: () => answerOf(api.GET("/api/v1/jobs/{id}", { params: { path: { id: job! } } })),
    enabled: !isOperators && job !== null && last?.state === "asked",
    refetchInterval: lookSoon,
  });
  const phase = last?.state === "asked" ? data?.phases.at(-1)?.phase : undefined;
  return (
    <Text role="status">
      {last ? t(`exports.states.${last.state}`, { at: at(last.askedAt) }) : t("exports.states.none")}
      {phase && ` ${t(`phases.${phase}` as "phases.packing")}.`}
    </Text>
  );
}
