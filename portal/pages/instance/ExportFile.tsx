import { Anchor, Code, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { useLocale } from "../parts/useLanguage.ts";

/** An export that can be downloaded. @param until what is said of when that ends. */
export function ExportFile({
  file: { id, bytes, sha256 },
  until,
}: {
  readonly file: Schemas["Export"];
  readonly until: string;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const size = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format((bytes ?? 0) / 1024 ** 2);
  return (
    <>
      <Anchor href={`/api/v1/exports/${id}/download`} download>
        {t("exports.download", { size })}
      </Anchor>
      <Text>{until}</Text>
      <Text>
        {t("exports.checksum")}{" "}
        <Code dir="ltr" style={{ overflowWrap: "anywhere" }}>
          {sha256}
        </Code>
      </Text>
    </>
  );
}
