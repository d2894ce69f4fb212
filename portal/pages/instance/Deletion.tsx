import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import type { Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { useSide } from "./side.ts";
import { useChanged } from "./useInstance.ts";

/** What the page of instances is told by whoever had one removed. */
export interface Removed {
  /** Its address. */
  readonly removed: string;
}

/** Has an instance deleted, and undoes that as long as its grace lasts. One whose making failed has no data, and no grace. */
export function Deletion({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const changed = useChanged();
  const { id, address, deleteAt, readyAt } = instance;
  const side = useSide();
  const [, go] = useLocation();
  const deleting = useWrite(
    (_: void, params) => side.delete(id, address, params),
    (answer) => {
      if (readyAt === null && !side.isOperators) {
        // It is gone in a moment, and its page with it.
        go(pagePaths.instances, { state: { removed: address } satisfies Removed });
        return undefined;
      }
      return changed(answer);
    },
  );
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
