import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { useSide } from "./side.ts";
import { useChanged } from "./useInstance.ts";

/** Has an instance deleted, and undoes that as long as its grace lasts. One whose making failed has no data, and no grace. */
export function Deletion({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const changed = useChanged();
  const { id, address, deleteAt, readyAt } = instance;
  const side = useSide();
  const deleting = useWrite((_: void, params) => side.delete(id, address, params), changed);
  const undoing = useWrite((_: void, params) => side.undoDeletion(id, params), changed);
  return (
    <Section title={t("deletion.title")}>
      {deleteAt === null ? (
        <ConfirmByName
          act={t("deletion.delete")}
          says={t(readyAt === null ? "deletion.saysUnmade" : "deletion.says", { address })}
          name={address}
          sending={deleting}
        />
      ) : (
        <>
          <Text>{t("deletion.until", { at: at(deleteAt) })}</Text>
          <Group>
            <Button loading={undoing.isPending} onClick={() => undoing.mutate()}>
              {t("deletion.undo")}
            </Button>
          </Group>
          {undoing.error && <Failure error={undoing.error} />}
        </>
      )}
    </Section>
  );
}
