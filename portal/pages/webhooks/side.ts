import { createContext, useContext } from "react";

/** Whose webhooks the pages are about: a customer's, of his team, or the operators', who are told of all tenants. */
export interface WebhookSide {
  /** What its operations' paths have before `/webhooks`. */
  readonly base: "/api/v1" | "/api/v1/operator";
  /** What everything that is read of it begins with. */
  readonly key: readonly string[];
  /** Key of the text that says what the page is about. */
  readonly says: "webhooks.says" | "operator.webhooksSay";
}

/** A customer's, where nothing else is said. */
export const WebhookContext = createContext<WebhookSide>({ base: "/api/v1", key: ["webhooks"], says: "webhooks.says" });

/** Whose they are here. */
export const useWebhookSide = (): WebhookSide => useContext(WebhookContext);
