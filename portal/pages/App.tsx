import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Route, Switch } from "wouter";
import { pagePaths } from "../src/pages/paths.ts";
import { ApiError } from "./api.ts";
import { ConfirmPage } from "./confirm/ConfirmPage.tsx";
import { Frame } from "./frame/Frame.tsx";
import { Guarded } from "./frame/Guarded.tsx";
import { NotFoundPage } from "./frame/NotFoundPage.tsx";
import "./i18n.ts";
import { InstancePage } from "./instance/InstancePage.tsx";
import { InstancesPage } from "./instances/InstancesPage.tsx";
import { InvoicesPage } from "./invoices/InvoicesPage.tsx";
import { LoginPage } from "./login/LoginPage.tsx";
import { PasswordPage } from "./login/PasswordPage.tsx";
import { lazyPage } from "./parts/LazyPage.tsx";
import { OrderPage } from "./order/OrderPage.tsx";
import { PasskeysPage } from "./passkeys/PasskeysPage.tsx";
import { ProgressPage } from "./progress/ProgressPage.tsx";
import { JoinPage } from "./team/JoinPage.tsx";
import { TeamPage } from "./team/TeamPage.tsx";
import { TokensPage } from "./tokens/TokensPage.tsx";
import { theme, variables } from "./theme.ts";
import { WebhooksPage } from "./webhooks/WebhooksPage.tsx";

const colorScheme = localStorageColorSchemeManager({ key: "portal-color-scheme" });

/** The nonce of the answer that the page came by; without it the browser refuses the theme's variables. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

/** Refusals that say that who is signed in isn't who he was: his session has ended, has to show its second factor again, or he has another role. */
const otherUser: readonly string[] = ["unauthorized", "secondFactor", "forbidden"];

/** Asks anew who is signed in, and what he may, where the API says that it has changed. */
function noteRefusal(error: Error): void {
  if (error instanceof ApiError && otherUser.includes(error.kind)) {
    // Parts of a page that are refused at the same time ask once.
    void queries.invalidateQueries({ queryKey: ["me"] }, { cancelRefetch: false });
  }
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteRefusal }),
  mutationCache: new MutationCache({ onError: noteRefusal }),
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

const OperatorPages = lazyPage(() => import("./operator/OperatorPages.tsx"));

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
          <Guarded>
            <Switch>
              <Route path={pagePaths.order} component={OrderPage} />
              <Route path={pagePaths.confirm} component={ConfirmPage} />
              <Route path={pagePaths.progress} component={ProgressPage} />
              <Route path={pagePaths.instances} component={InstancesPage} />
              <Route path={pagePaths.instance} component={InstancePage} />
              <Route path={pagePaths.tokens} component={TokensPage} />
              <Route path={pagePaths.webhooks} component={WebhooksPage} />
              <Route path={pagePaths.invoices} component={InvoicesPage} />
              <Route path={pagePaths.team} component={TeamPage} />
              <Route path={pagePaths.join} component={JoinPage} />
              <Route path={pagePaths.operator} component={OperatorPages} />
              <Route path={pagePaths.operatorInvoices} component={OperatorPages} />
              <Route path={pagePaths.operatorWebhooks} component={OperatorPages} />
              <Route path={pagePaths.operatorTenant} component={OperatorPages} />
              <Route path={pagePaths.passkeys} component={PasskeysPage} />
              <Route path={pagePaths.login} component={LoginPage} />
              <Route path={pagePaths.password} component={PasswordPage} />
              <Route component={NotFoundPage} />
            </Switch>
          </Guarded>
        </Frame>
      </QueryClientProvider>
    </MantineProvider>
  );
}
