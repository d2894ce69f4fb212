import type { Page } from "playwright-core";
import type { RunningPortal } from "./runningPortal.ts";

/** Sets a password by a mail's link. The page is in English. @returns the password. */
export async function withPassword(page: Page, portal: RunningPortal, email: string): Promise<string> {
  const password = "a phrase that is long enough";
  const count = portal.mail.mails.length + 1;
  await page.goto("/password");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send the mail" }).click();
  await page.goto(await portal.mailedLink(count));
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("The password is set.").waitFor();
  return password;
}
