import { type Language, languages } from "../languages.ts";
import { moneyText } from "../pages/money.ts";
import { pagePaths } from "../pages/paths.ts";
import type { SendablePayment } from "./paymentMails.ts";
import type { Money } from "./payment.ts";
import type { SendableReminder } from "./reminders.ts";

/** A mail to be sent. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

type Text = readonly [subject: string, ...lines: string[]];

/** Tells what became of a payment, in its customer's language; in both where that isn't known. */
export function paymentMail(payment: SendablePayment, origin: string): Mail {
  const { email, language, number, became } = payment;
  return mailOf(email, language, origin, {
    en: () => {
      const sum = money("en", payment);
      return {
        paid: [`Invoice ${number} is paid`, `Thank you: invoice ${number}, ${sum}, is paid.`],
        refunded: [
          `A payment of invoice ${number} goes back to you`,
          `${sum} that you paid of invoice ${number} isn't owed, and goes back to where it came from. Banks take up to ten days for that.`,
        ],
        declined: [
          `Invoice ${number} couldn't be charged`,
          `Invoice ${number}, ${sum}, couldn't be charged to your card: it was declined, or its bank wants you to agree. It isn't tried again by itself.`,
          "To pay it, sign in and choose it there.",
        ],
      }[became] as unknown as Text;
    },
    fr: () => {
      const sum = money("fr", payment);
      return {
        paid: [`La facture ${number} est payée`, `Merci : la facture ${number}, ${sum}, est payée.`],
        refunded: [
          `Un paiement de la facture ${number} vous est rendu`,
          `${sum} que vous avez payés pour la facture ${number} ne sont pas dus, et retournent d'où ils sont venus. Les banques mettent jusqu'à dix jours.`,
        ],
        declined: [
          `La facture ${number} n'a pas pu être prélevée`,
          `La facture ${number}, ${sum}, n'a pas pu être prélevée sur votre carte : elle a été refusée, ou sa banque demande votre accord. Rien n'est retenté automatiquement.`,
          "Pour la payer, connectez-vous et choisissez-la.",
        ],
      }[became] as unknown as Text;
    },
  });
}

/** Reminds of an invoice that isn't paid, likewise. */
export function reminderMail(reminder: SendableReminder, origin: string): Mail {
  const { email, language, number, step, dueAt, suspendsAt } = reminder;
  return mailOf(email, language, origin, {
    en: () => {
      const [sum, due, end] = [money("en", reminder), day("en", dueAt), day("en", suspendsAt)];
      return {
        soon: [`Invoice ${number} is due on ${due}`, `Invoice ${number}, ${sum}, is to be paid by ${due}.`],
        overdue: [
          `Invoice ${number} is overdue`,
          `Invoice ${number}, ${sum}, was to be paid by ${due}, and isn't paid as far as we know.`,
          `If it isn't by ${end}, your instances are suspended until it is. Their data stays.`,
        ],
        last: [
          `Your instances are suspended on ${end}`,
          `Invoice ${number}, ${sum}, was to be paid by ${due}. If it isn't by ${end}, your instances are suspended until it is. Their data stays.`,
          "If you need more time, ask your provider.",
        ],
        suspended: [
          "Your instances are suspended",
          `Invoice ${number}, ${sum}, was to be paid by ${due}, and isn't. Nobody can use your instances until it is paid; within a minute after that they run again. Their data stays.`,
        ],
      }[step] as unknown as Text;
    },
    fr: () => {
      const [sum, due, end] = [money("fr", reminder), day("fr", dueAt), day("fr", suspendsAt)];
      return {
        soon: [
          `La facture ${number} est à payer le ${due}`,
          `La facture ${number}, ${sum}, est à payer au plus tard le ${due}.`,
        ],
        overdue: [
          `La facture ${number} est en retard`,
          `La facture ${number}, ${sum}, était à payer au plus tard le ${due}, et ne l'est pas à notre connaissance.`,
          `Si elle ne l'est pas le ${end}, vos instances sont suspendues jusqu'à ce qu'elle le soit. Leurs données restent.`,
        ],
        last: [
          `Vos instances sont suspendues le ${end}`,
          `La facture ${number}, ${sum}, était à payer au plus tard le ${due}. Si elle ne l'est pas le ${end}, vos instances sont suspendues jusqu'à ce qu'elle le soit. Leurs données restent.`,
          "S'il vous faut plus de temps, demandez à votre fournisseur.",
        ],
        suspended: [
          "Vos instances sont suspendues",
          `La facture ${number}, ${sum}, était à payer au plus tard le ${due}, et ne l'est pas. Personne ne peut utiliser vos instances jusqu'à ce qu'elle soit payée ; moins d'une minute après, elles fonctionnent de nouveau. Leurs données restent.`,
        ],
      }[step] as unknown as Text;
    },
  });
}

const yours = { en: "Your invoices", fr: "Vos factures" } as const satisfies Readonly<Record<Language, string>>;

function mailOf(
  to: string,
  language: Language | null,
  origin: string,
  texts: Readonly<Record<Language, () => Text>>,
): Mail {
  const written = (language === null ? languages : [language]).map((one) => {
    const [subject, ...lines] = texts[one]();
    const colon = one === "fr" ? " :" : ":";
    return { subject, text: [...lines, "", `${yours[one]}${colon} ${origin}${pagePaths.invoices}`].join("\n") };
  });
  return {
    to,
    subject: written.map(({ subject }) => subject).join(" / "),
    text: written.map(({ text }) => text).join("\n\n--\n\n"),
  };
}

const money = (language: Language, { amount, currency }: Money): string => moneyText(language, amount, currency);

const day = (language: Language, moment: Date): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(moment);
