import { join } from "node:path";
import { projectFolder } from "./cliStack";
import type { KeyboardVisitor } from "./keyboardVisitor";

/** The pages' own texts. */
export class PortalTexts {
  private readonly texts: object;

  constructor(language: string) {
    // Its files belong to another package, with settings of its own, so no import of this one's can name them.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const loaded = require(join(projectFolder, "portal", "pages", "languages", `${language}.ts`)) as Record<
      string,
      object
    >;
    this.texts = loaded[language]!;
  }

  /** A text with its values. */
  of(key: string, values: Readonly<Record<string, string>> = {}): string {
    return this.template(key).replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name]!);
  }

  /** A text up to its first value. */
  beginOf(key: string): string {
    return this.template(key).split("{{")[0]!.trim();
  }

  private template(key: string): string {
    const found = key.split(".").reduce<unknown>((texts, part) => (texts as Record<string, unknown>)[part], this.texts);
    if (typeof found !== "string") {
      throw new Error(`there is no text ${key}`);
    }
    return found;
  }
}

/** What an order in a browser is made of. */
interface InstanceOrder {
  /** Where the portal is. */
  readonly portal: string;
  /** The address that is ordered. */
  readonly address: string;
  readonly email: string;
  /** The link of the newest mail with one to such a page of the portal. */
  readonly link: (page: string) => Promise<string>;
}

/** Orders an instance on the portal's pages, confirms it by the mail, and follows it until it is ready. */
export async function orderInstance(
  visitor: KeyboardVisitor,
  texts: PortalTexts,
  { portal, address, email, link }: InstanceOrder,
): Promise<void> {
  await visitor.open(portal);
  await visitor.fill(texts.of("order.address"), address);
  await visitor.reads(texts.of("order.isFree"));
  await visitor.fill(texts.of("order.company"), `Company ${address}`);
  await visitor.fill(texts.of("order.email"), email);
  await visitor.tabTo(texts.of("order.terms"));
  await visitor.press("Space");
  await visitor.use(texts.of("order.submit"));
  await visitor.reads(texts.of("placed.title"));
  await visitor.open(await link("confirm"));
  await visitor.use(texts.of("confirm.submit"));
  await visitor.page.waitForURL(/\/orders\/[a-z0-9]{12}$/);
  await visitor.reads(texts.of("progress.done"), 180);
}
