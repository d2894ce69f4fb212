import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { ApiError } from "../api.ts";
import { chooseLanguage, languageNames, languages } from "../i18n.ts";
import { Failure } from "../parts/Failure.tsx";
import { useLanguage } from "../parts/useLanguage.ts";

/** Buttons at the top: as many as there are fit a phone, and each is as high as WCAG 2.2 asks for (2.5.8). */
export const small = { size: "compact-xs", h: 24 } as const;

/** Names the other languages, each in itself. */
export function LanguageChoice() {
  const current = useLanguage();
  const choosing = useMutation({ mutationFn: chooseLanguage });
  return (
    <>
      {languageNames
        .filter((language) => language !== current)
        .map((language) => (
          <Button
            key={language}
            variant="default"
            {...small}
            lang={language}
            loading={choosing.isPending && choosing.variables === language}
            onClick={() => choosing.mutate(language)}
          >
            {languages[language].name}
          </Button>
        ))}
      {/* Loading the whole page again also finds the texts of a newer portal. */}
      {choosing.error && <Failure error={new ApiError("unreachable")} retry={() => location.reload()} />}
    </>
  );
}
