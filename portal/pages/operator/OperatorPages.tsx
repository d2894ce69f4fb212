import { Route, Switch } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { SideContext } from "../instance/side.ts";
import { AllInvoicesPage } from "./AllInvoicesPage.tsx";
import { OperatorGate } from "./OperatorGate.tsx";
import { OperatorWebhooksPage } from "./OperatorWebhooksPage.tsx";
import { OverviewPage } from "./OverviewPage.tsx";
import { operatorSide } from "./operatorSide.ts";
import { TenantPage } from "./TenantPage.tsx";

/** Operators' pages, which customers' browsers don't load. */
export default function OperatorPages() {
  return (
    <OperatorGate>
      <SideContext value={operatorSide}>
        <Switch>
          <Route path={pagePaths.operator} component={OverviewPage} />
          <Route path={pagePaths.operatorInvoices} component={AllInvoicesPage} />
          <Route path={pagePaths.operatorWebhooks} component={OperatorWebhooksPage} />
          <Route path={pagePaths.operatorTenant} component={TenantPage} />
        </Switch>
      </SideContext>
    </OperatorGate>
  );
}
