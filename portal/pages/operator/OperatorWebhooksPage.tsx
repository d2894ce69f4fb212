import { operatorWebhooks, WebhookContext } from "../webhooks/side.ts";
import { WebhooksPage } from "../webhooks/WebhooksPage.tsx";

/** Programs of the operators' that are told what happens to all tenants. */
export function OperatorWebhooksPage() {
  return (
    <WebhookContext value={operatorWebhooks}>
      <WebhooksPage />
    </WebhookContext>
  );
}
