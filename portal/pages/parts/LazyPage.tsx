import { Component, type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { Failure } from "./Failure.tsx";
import { Waiting } from "./Waiting.tsx";

/** A page whose files are loaded when somebody opens it. While they come, and when they don't, it says so. */
export function lazyPage(load: () => Promise<{ readonly default: ComponentType }>): ComponentType {
  const Loaded = lazy(load);
  return function LazyPage() {
    return (
      <Loading>
        <Suspense fallback={<Waiting height={400} />}>
          <Loaded />
        </Suspense>
      </Loading>
    );
  };
}

/** React tells of a failed load by an error while it renders, which only a class can catch. */
class Loading extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <NotLoaded /> : this.props.children;
  }
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
