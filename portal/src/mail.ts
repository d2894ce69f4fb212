import { createTransport } from "nodemailer";
import type { SendableLastExport } from "./exports/lastExportMails.ts";
import { lostDomainMail, type SendableLostDomain } from "./domains/lostMails.ts";
import { passwordMailMinutes } from "./login/auth.ts";
import type { SendableConfirmation } from "./orders/confirmations.ts";
import { paymentMail, reminderMail } from "./payments/mailTexts.ts";
import { noticeMail, type SendableNotice } from "./payments/noticeMails.ts";
import type { SendablePayment } from "./payments/paymentMails.ts";
import type { SendableReminder } from "./payments/reminders.ts";
import { pagePaths } from "./pages/paths.ts";
import type { SendableDeletion } from "./lifecycle/deletionMails.ts";
import type { SendableWarning } from "./lifecycle/warnings.ts";
import type { Settings } from "./settings.ts";
import type { Role } from "./team/roles.ts";
import { invitationDays, type SendableInvitation } from "./team/invitations.ts";
import type { SendableDisabling } from "./webhooks/disabledMails.ts";
import { patienceDays } from "./webhooks/tries.ts";

/** Sends what a customer needs to confirm an order. */
export type SendConfirmation = (confirmation: SendableConfirmation) => Promise<void>;

/** Sends what an invitation is accepted by. */
export type SendInvitation = (invitation: SendableInvitation) => Promise<void>;

/** Mails of the portal. */
export interface Mailer {
  readonly sendConfirmation: SendConfirmation;
  readonly sendInvitation: SendInvitation;
  /** Sends what a password is set by. */
  readonly sendPassword: (email: string, code: string) => Promise<void>;
  /** Tells somebody that a passkey was added to his login. */
  readonly sendPasskeyAdded: (email: string, name: string) => Promise<void>;
  /** Tells somebody that an account at another service signs in as him. */
  readonly sendIdentityAdded: (email: string, title: string) => Promise<void>;
  readonly sendWarning: (warning: SendableWarning) => Promise<void>;
  readonly sendDeletion: (deletion: SendableDeletion) => Promise<void>;
  readonly sendLastExport: (last: SendableLastExport) => Promise<void>;
  readonly sendLostDomain: (lost: SendableLostDomain) => Promise<void>;
  readonly sendPayment: (payment: SendablePayment) => Promise<void>;
  readonly sendNotice: (notice: SendableNotice) => Promise<void>;
  readonly sendReminder: (reminder: SendableReminder) => Promise<void>;
  readonly sendDisabling: (disabling: SendableDisabling) => Promise<void>;
}

/** Sends by the mail server of the settings. A server that doesn't answer fails a mail after ten seconds. */
export function mailer(settings: Settings, password: string | undefined): Mailer {
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
  const sendWarning = async ({ email, address, endsAt, what }: SendableWarning): Promise<void> => {
    const [name, end] = [`${address}.${settings.domain}`, shown(endsAt)];
    if (what === "copy") {
      const text = [
        `The staging copy ${name} is removed on ${end}, with what was changed in it. What it is a copy of isn't touched.`,
        "",
        `To keep it, put that off on the page of its instance: ${settings.origin}`,
      ];
      const subject = `Staging copy ${name} is removed on ${end}`;
      await transport.sendMail({ from, to: email, subject, text: text.join("\n") });
      return;
    }
    await transport.sendMail({
      from,
      to: email,
      subject: `${name} stops on ${end}`,
      text: [
        `The ${what} of ${name} ends on ${end}.`,
        "",
        "From then on nobody can use it. Its data stays.",
        what === "trial"
          ? "To go on with it, ask its provider."
          : `To go on with it, set a later end, or none: ${settings.origin}`,
      ].join("\n"),
    });
  };
  const sendConfirmation: SendConfirmation = async ({ email, address, token }) => {
    await transport.sendMail({
      from,
      to: email,
      subject: `Confirm your order of ${address}.${settings.domain}`,
      text: [
        `Somebody ordered ${address}.${settings.domain} with this e-mail address.`,
        "",
        "If it was you, confirm it on this page:",
        "",
        // Behind the #, where no log, no proxy and no other site sees it; reading the page changes nothing.
        `${settings.origin}${pagePaths.confirm}#${token}`,
        "",
        `It works once, within ${settings.confirmHours} hours of the order. What is behind the # is the code for programs: POST ${settings.origin}/api/v1/confirmations.`,
        "If it wasn't you, do nothing: the order ends by itself.",
      ].join("\n"),
    });
  };
  const sendInvitation: SendInvitation = async ({ email, role, team, inviter, token }) => {
    const host = new URL(settings.origin).hostname;
    const link = `${settings.origin}${pagePaths.join}#${token}`;
    await transport.sendMail({
      from,
      to: email,
      // What language somebody reads who was never here isn't known.
      subject: `Invitation to a team at ${host} / Invitation à une équipe sur ${host}`,
      text: [
        `${inviter} invites you to the team of ${team} at ${host}, as: ${roleNames.en[role]}.`,
        "",
        "To accept, open this page and sign in with this e-mail address. If you have no password here yet, the page says how to set one.",
        "",
        link,
        "",
        `It works once, within ${invitationDays} days. If you don't know who invites you, do nothing.`,
        "",
        "--",
        "",
        `${inviter} vous invite dans l'équipe de ${team} sur ${host}, comme : ${roleNames.fr[role]}.`,
        "",
        "Pour accepter, ouvrez la page ci-dessus et connectez-vous avec cette adresse e-mail. Si vous n'avez pas encore de mot de passe ici, la page dit comment en choisir un.",
        "",
        `Le lien fonctionne une fois, pendant ${invitationDays} jours. Si vous ne savez pas qui vous invite, ne faites rien.`,
      ].join("\n"),
    });
  };
  const sendPassword = async (email: string, code: string): Promise<void> => {
    await transport.sendMail({
      from,
      to: email,
      subject: `Set your password at ${new URL(settings.origin).hostname}`,
      text: [
        "Somebody asked to set the password of this e-mail address. If it was you, do it on this page:",
        "",
        `${settings.origin}${pagePaths.password}#${code}`,
        "",
        `It works once, within ${passwordMailMinutes} minutes. If it wasn't you, do nothing.`,
      ].join("\n"),
    });
  };
  const sendPasskeyAdded = async (email: string, name: string): Promise<void> => {
    await transport.sendMail({
      from,
      to: email,
      subject: `A passkey was added at ${new URL(settings.origin).hostname}`,
      text: [
        `A passkey, ${name}, was added to the login of this e-mail address. Whoever has it can sign in by it.`,
        "",
        `If it wasn't you, remove it: ${settings.origin}${pagePaths.passkeys}`,
      ].join("\n"),
    });
  };
  const sendIdentityAdded = async (email: string, title: string): Promise<void> => {
    await transport.sendMail({
      from,
      to: email,
      subject: `Somebody signed in by ${title} at ${new URL(settings.origin).hostname}`,
      text: [
        `An account at ${title}, which vouches for this e-mail address, signed in as you for the first time. It can do that from now on.`,
        "",
        `If it wasn't you, remove it: ${settings.origin}${pagePaths.passkeys}`,
      ].join("\n"),
    });
  };
  const sendDeletion = async ({ email, address, tenant, deleteAt }: SendableDeletion): Promise<void> => {
    const end = shown(deleteAt);
    await transport.sendMail({
      from,
      to: email,
      subject: `${address}.${settings.domain} is deleted on ${end}`,
      text: [
        `${address}.${settings.domain} is to be deleted on ${end}. Until then nobody can use it, and its data stays.`,
        "",
        `Until then it can be undone: sign in at ${settings.origin} and undo its deletion there.`,
        `For programs: DELETE ${settings.origin}/api/v1/tenants/${tenant}/deletion`,
        "",
        "Afterwards its data is removed, and nobody can bring it back from these pages. A last export is made before, and a mail says where you find it.",
      ].join("\n"),
    });
  };
  const sendLastExport = async ({ email, address, until, sha256 }: SendableLastExport): Promise<void> => {
    const [name, end] = [`${address}.${settings.domain}`, shown(until)];
    await transport.sendMail({
      from,
      to: email,
      subject: `${name} is deleted; its last export is there until ${end}`,
      text: [
        `${name} is deleted. Its database and files as they were last are in a zip, which any Odoo can restore.`,
        "",
        `Until ${end} you can download it: sign in at ${settings.origin}${pagePaths.instances}`,
        "",
        `SHA-256: ${sha256}`,
        "It has everything in it that your instance had, and its users' passwords as hashes: keep it safe.",
        "",
        "Afterwards it is removed, too.",
      ].join("\n"),
    });
  };
  const sendLostDomain = async (lost: SendableLostDomain): Promise<void> => {
    await transport.sendMail({ from, ...lostDomainMail(lost, settings.origin) });
  };
  const sendPayment = async (payment: SendablePayment): Promise<void> => {
    await transport.sendMail({ from, ...paymentMail(payment, settings.origin) });
  };
  const sendNotice = async (notice: SendableNotice): Promise<void> => {
    await transport.sendMail({ from, ...noticeMail(notice, `${settings.origin}${pagePaths.operatorInvoices}`) });
  };
  const sendReminder = async (reminder: SendableReminder): Promise<void> => {
    await transport.sendMail({ from, ...reminderMail(reminder, settings.origin) });
  };
  const sendDisabling = async ({ email, webhook, host, why }: SendableDisabling): Promise<void> => {
    await transport.sendMail({
      from,
      to: email,
      subject: `The webhook at ${host} is disabled`,
      text: [
        why === "gone"
          ? `The webhook ${webhook} at ${host} answered that it is gone (410).`
          : `The webhook ${webhook} at ${host} hasn't taken anything for ${patienceDays} days.`,
        "It is told of nothing any more. What it wasn't told is kept for 30 days.",
        "",
        `To enable it again: POST ${settings.origin}/api/v1/webhooks/${webhook}/enable (an operator's: /api/v1/operator/webhooks/${webhook}/enable)`,
      ].join("\n"),
    });
  };
  return {
    ...{ sendConfirmation, sendInvitation, sendPassword, sendPasskeyAdded, sendIdentityAdded },
    ...{
      sendWarning,
      sendDeletion,
      sendLastExport,
      sendLostDomain,
      sendPayment,
      sendNotice,
      sendReminder,
      sendDisabling,
    },
  };
}

/** What roles are called in mails. */
const roleNames = {
  en: { owner: "owner", member: "member, for instances", billing: "billing, for invoices" },
  fr: { owner: "propriétaire", member: "membre, pour les instances", billing: "facturation, pour les factures" },
} as const satisfies Readonly<Record<string, Readonly<Record<Role, string>>>>;

/** A moment as mails have it, to the minute. */
function shown(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
