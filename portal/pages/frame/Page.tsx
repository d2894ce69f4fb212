import { Stack, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/** Whether a page was shown before this one: the first needs no focus, which the browser sets. */
let isFirst = true;

/** One page: its heading, which is the window's title and gets the focus when somebody comes from another page. */
export function Page({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} - ${t("frame.home")}`;
  }, [title, t]);
  useEffect(() => {
    if (!isFirst) {
      heading.current?.focus();
    }
    isFirst = false;
  }, []);
  return (
    <Stack gap="sm">
      <Title order={1} size="h2" ref={heading} tabIndex={-1}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}
