import { createTransport } from "nodemailer";
import type { SendableConfirmation } from "./orders/confirmations.ts";
import type { Settings } from "./settings.ts";

/** Sends what a customer needs to confirm an order. */
export type SendConfirmation = (confirmation: SendableConfirmation) => Promise<void>;

/** Sends by the mail server of the settings. A server that doesn't answer fails a mail after ten seconds. */
export function mailer(settings: Settings, password: string | undefined): SendConfirmation {
  const { host, port, user, from, requireTls } = settings.mail;
  const transport = createTransport({
    host,
    port,
    secure: port === 465,
    requireTLS: requireTls,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
    ...(user && { auth: { user, pass: password } }),
  });
  return async ({ email, address, token }) => {
    await transport.sendMail({
      from,
      to: email,
      subject: `Confirm your order of ${address}.${settings.domain}`,
      text: [
        `Somebody ordered ${address}.${settings.domain} with this e-mail address.`,
        "",
        "If it was you, confirm it with this code:",
        "",
        token,
        "",
        `It works once, by POST ${settings.origin}/api/v1/confirmations, within ${settings.confirmHours} hours of the order.`,
        "If it wasn't you, do nothing: the order ends by itself.",
      ].join("\n"),
    });
  };
}
