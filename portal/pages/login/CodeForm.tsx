import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../api.ts";
import { Form } from "../parts/Form.tsx";
import { askLogin, useOtherUser } from "./me.ts";

/** Asks for a code of the second factor. @param done what follows once it was taken */
export function CodeForm({ done }: { readonly done?: () => void | Promise<void> | undefined }) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const changed = useOtherUser();
  const proving = useMutation<undefined, ApiError>({
    mutationFn: () => askLogin("POST", "/second-factor", { code: code.trim() }),
    onSuccess: async () => {
      await changed();
      await done?.();
    },
    onError: () => setCode(""),
  });
  return (
    <Form sending={proving} submit={t("secondFactor.submit")} disabled={code.trim().length < 6}>
      <TextInput
        label={t("secondFactor.code")}
        dir="ltr"
        description={t("secondFactor.codeHint")}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
      />
    </Form>
  );
}
