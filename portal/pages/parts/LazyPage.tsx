import { type ComponentType, lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { Failure } from "./Failure.tsx";
import { Waiting } from "./Waiting.tsx";

/** A page whose files are loaded when somebody opens it. While they come, and when they don't, it says so. */
export function lazyPage(load: () => Promise<{ readonly default: ComponentType }>): ComponentType {
  const Loaded = lazy(load);
  return function LazyPage() {
    return (
      <ErrorBoundary fallback={<NotLoaded />}>
        <Suspense fallback={<Waiting height={400} />}>
          <Loaded />
        </Suspense>
      </ErrorBoundary>
    );
  };
}

/** Loading the whole page again also finds the files of a newer portal. */
function NotLoaded() {
  const { t } = useTranslation();
  return (
    <Page title={t("failure.title")}>
      <Failure error={new ApiError("unreachable")} retry={() => location.reload()} />
    </Page>
  );
}
