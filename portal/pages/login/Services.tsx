import { Button, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { goToService, useServices } from "./services.ts";

/** Buttons that lead to the services to sign in by, where there are any. @param next page that these lead back to; undefined: the instances */
export function Services({ next }: { readonly next: string | undefined }) {
  const { t } = useTranslation();
  const services = useServices().data?.services ?? [];
  const going = useMutation<void, ApiError, string>({ mutationFn: (id) => goToService(id, next) });
  if (services.length === 0) {
    return null;
  }
  return (
    <Stack gap="xs" align="flex-start">
      {services.map(({ id, title }) => (
        <Button
          key={id}
          variant="default"
          loading={going.isPending && going.variables === id}
          onClick={() => going.mutate(id)}
        >
          {t("services.signIn", { title })}
        </Button>
      ))}
      {going.error && <Failure error={going.error} />}
    </Stack>
  );
}
