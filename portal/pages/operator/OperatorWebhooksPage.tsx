import { WebhookContext, type WebhookSide } from "../webhooks/side.ts";
import { WebhooksPage } from "../webhooks/WebhooksPage.tsx";

const operatorWebhooks: WebhookSide = {
  base: "/api/v1/operator",
  key: ["operator", "webhooks"],
  says: "operator.webhooksSay",
};

/** Programs of the operators' that are told what happens to all tenants. */
export function OperatorWebhooksPage() {
  return (
    <WebhookContext value={operatorWebhooks}>
      <WebhooksPage />
    </WebhookContext>
  );
}
