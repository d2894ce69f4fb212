import { createRequire } from "node:module";
import type { Party } from "../database/invoiceTables.ts";
import type { InvoiceView } from "./invoices.ts";
import type { Language } from "../languages.ts";
import { moneyText } from "../pages/money.ts";
import { pdfTexts } from "./pdfTexts.ts";

const { resolve } = createRequire(import.meta.url);

/** Fonts with the letters of Europe, Cyrillic, Greek and Arabic: those that every PDF reader has lack most of them. */
const fontOf = (name: "DejaVuSans" | "DejaVuSans-Bold"): string => resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);

const [regular, bold] = ["regular", "bold"] as const;
const [left, width] = [50, 495];

/** Of the table of lines: where each column begins, and how wide it is, in points. */
const columns = [
  { at: left, width: 215 },
  { at: left + 220, width: 90 },
  { at: left + 315, width: 85 },
  { at: left + 405, width: 90 },
] as const;

/** An invoice to print, made from what was issued and nothing else: the same bytes each time. */
export async function pdfOf(invoice: InvoiceView, language: Language): Promise<Uint8Array> {
  // Few ask for one, and it takes memory.
  const { default: PDFDocument } = await import("pdfkit");
  const texts = pdfTexts[language];
  const { money, percent, day } = formatsOf(language, invoice.currency);
  const title = `${texts[invoice.kind]} ${invoice.number}`;
  const document = new PDFDocument({
    size: "A4",
    margin: left,
    lang: language,
    displayTitle: true,
    pdfVersion: "1.7",
    info: { Title: title, Author: invoice.seller.name, CreationDate: new Date(invoice.issuedAt) },
  });
  const pieces: Buffer[] = [];
  const ended = new Promise<void>((done, fail) => {
    document.on("data", (piece: Buffer) => pieces.push(piece));
    document.on("end", done);
    document.on("error", fail);
  });
  document.registerFont(regular, fontOf("DejaVuSans"));
  document.registerFont(bold, fontOf("DejaVuSans-Bold"));
  const line = (text: string, font: string = regular): void =>
    void document.font(font).text(text, left, undefined, { width });
  const row = (cells: readonly string[], font: string = regular): void => {
    document.font(font);
    const height = Math.max(
      ...cells.map((text, index) => document.heightOfString(text, { width: columns[index]!.width })),
    );
    if (document.y + height > 770) {
      document.addPage();
    }
    const top = document.y;
    cells.forEach((text, index) => {
      const { at, width: wide } = columns[index]!;
      document.text(text, at, top, { width: wide, align: index === 0 ? "left" : "right" });
    });
    document.y = top + height + 4;
  };

  document.fontSize(9);
  partyLines(invoice.seller, texts.vatId).forEach((text) => line(text));
  document.moveDown(2).fontSize(16);
  line(title, bold);
  document.moveDown(0.5).fontSize(9);
  line(`${texts.issued}: ${day(invoice.issuedAt)}`);
  line(`${texts.month}: ${invoice.month}`);
  if (invoice.dueAt !== null) {
    line(`${texts.due}: ${day(invoice.dueAt)}`);
  }
  if (invoice.credits !== null) {
    line(`${texts.credits}: ${invoice.credits}`);
    line(`${texts.reason}: ${invoice.reason ?? ""}`);
  }
  document.moveDown(1);
  line(texts.to, bold);
  partyLines(invoice.buyer, texts.vatId).forEach((text) => line(text));
  document.moveDown(2);
  row([texts.instance, texts.share, texts.price, texts.amount], bold);
  for (const { address, plan, seconds, monthSeconds, price, amount, isAsleep = false } of invoice.lines) {
    row([
      `${address}, ${plan}${isAsleep ? ` (${texts.asleep})` : ""}`,
      percent(seconds / monthSeconds),
      money(price),
      money(amount),
    ]);
  }
  document.moveDown(1);
  row(["", "", texts.net, money(invoice.net)]);
  row(["", "", `${texts.vat} ${percent(invoice.vatPercent / 100)}`, money(invoice.vat)]);
  row(["", "", texts.gross, money(invoice.gross)], bold);
  if (invoice.isReverseCharged) {
    document.moveDown(1);
    line(texts.reverseCharge);
  }
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(pieces));
}

function partyLines({ name, address, country, vatId, note }: Party, vatIdText: string): string[] {
  return [name, ...address, country, vatId && `${vatIdText}: ${vatId}`, note].filter((text) => text !== null);
}

function formatsOf(language: Language, currency: string) {
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  return {
    money: (smallest: number): string => moneyText(language, smallest, currency),
    percent: (part: number): string => share.format(part),
    day: (moment: string): string => date.format(new Date(moment)),
  };
}
