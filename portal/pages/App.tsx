import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Route, Switch } from "wouter";
import { pagePaths } from "../src/pages/paths.ts";
import { ApiError } from "./api.ts";
import { Frame } from "./frame/Frame.tsx";
import { NotFoundPage } from "./frame/NotFoundPage.tsx";
import "./i18n.ts";
import { OrderPage } from "./order/OrderPage.tsx";
import { theme, variables } from "./theme.ts";

const colorScheme = localStorageColorSchemeManager({ key: "portal-color-scheme" });

/** The nonce of the answer that the page came by; without it the browser refuses the theme's variables. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What was refused is refused again; what didn't answer may.
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.kind === "unreachable",
      retryDelay: 1000,
      // Our own server, not the internet, is what has to be reached.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

/** All pages. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce ?? ""}
    >
      <QueryClientProvider client={queries}>
        <Frame>
          <Switch>
            <Route path={pagePaths.order} component={OrderPage} />
            <Route component={NotFoundPage} />
          </Switch>
        </Frame>
      </QueryClientProvider>
    </MantineProvider>
  );
}
